package requestid

import (
	"strings"
	"testing"
)

func TestTrustRanges(t *testing.T) {
	for _, c := range []struct {
		values []string
		remote string
		want   bool
	}{
		{[]string{"proxies"}, "10.0.0.1:1", false},
		{[]string{"none"}, "10.0.0.1:1", false},
		{[]string{"private_ranges"}, "192.168.3.4:1", true},
		{[]string{"private_ranges"}, "[::1]:1", true},
		{[]string{"private_ranges"}, "203.0.113.7:1", false},
		{[]string{"203.0.113.0/24", "2001:db8::1"}, "203.0.113.7:1", true},
		{[]string{"203.0.113.0/24", "2001:db8::1"}, "[2001:db8::1]:1", true},
		{[]string{"203.0.113.0/24"}, "[::ffff:203.0.113.7]:1", true},
		{[]string{"203.0.113.0/24"}, "203.0.114.7:1", false},
		{[]string{"203.0.113.0/24"}, "@", false}, // a Unix socket has no address
	} {
		trust, err := ParseTrust(c.values)
		if err != nil {
			t.Fatal(err)
		}
		if got := trust.Contains(c.remote); got != c.want {
			t.Errorf("trust %v contains %s: got %t", c.values, c.remote, got)
		}
	}
}

func TestTrustFaults(t *testing.T) {
	for values, want := range map[string]string{
		"all proxies":   "all cannot be combined",
		"none ::1":      "none cannot be combined",
		"10.0.0.0/33":   `"10.0.0.0/33": expected`,
		"proxis 1.2.3.": "\n",
	} {
		if _, err := ParseTrust(strings.Fields(values)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", values, err, want)
		}
	}
}
