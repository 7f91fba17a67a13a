package limitheader_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/koine-proxy/koine/translate/limitheader"
)

func TestWrite(t *testing.T) {
	burst := limitheader.Limit{Name: "burst", Quota: 2, Remaining: 0, Window: time.Second, Reset: testNow.Add(time.Second)}
	day := limitheader.Limit{Name: "day", Unit: "tokens", Quota: 1000, Remaining: 998, Window: 24 * time.Hour, Reset: testNow.Add(86500 * time.Millisecond)}
	open := limitheader.Limit{Name: "open", Quota: -1, Remaining: 7}
	for _, c := range []struct {
		name     string
		limits   []limitheader.Limit
		families limitheader.Families
		replace  bool
		header   http.Header
		want     map[string]string
	}{
		{
			name: "both families", limits: []limitheader.Limit{day, burst}, families: limitheader.XRateLimit | limitheader.IETF,
			want: map[string]string{
				"X-Ratelimit-Limit": "2", "X-Ratelimit-Remaining": "0", "X-Ratelimit-Reset": "1777622402",
				"Ratelimit-Policy": `"day";q=1000;qu="tokens";w=86400, "burst";q=2;w=1`, "Ratelimit": `"day";r=998;t=87, "burst";r=0;t=1`,
			},
		},
		{
			name: "one family", limits: []limitheader.Limit{burst}, families: limitheader.IETF,
			want: map[string]string{"X-Ratelimit-Limit": "", "Ratelimit-Policy": `"burst";q=2;w=1`},
		},
		{
			name: "no family", limits: []limitheader.Limit{burst}, replace: true, header: http.Header{"Ratelimit": {"x"}},
			want: map[string]string{"X-Ratelimit-Limit": "", "Ratelimit": "x"},
		},
		{
			name: "headers that are present", limits: []limitheader.Limit{burst}, families: limitheader.XRateLimit, header: http.Header{"X-Ratelimit-Limit": {"9"}},
			want: map[string]string{"X-Ratelimit-Limit": "9", "X-Ratelimit-Remaining": "0"},
		},
		{
			name: "headers that are replaced", limits: []limitheader.Limit{burst}, families: limitheader.XRateLimit, replace: true,
			header: http.Header{"X-Ratelimit-Limit": {"9"}, "Ratelimit": {"x"}},
			want:   map[string]string{"X-Ratelimit-Limit": "2", "Ratelimit": ""},
		},
		{
			name: "a limit without a quota or a reset", limits: []limitheader.Limit{open}, families: limitheader.XRateLimit | limitheader.IETF,
			want: map[string]string{"X-Ratelimit-Limit": "", "X-Ratelimit-Remaining": "7", "X-Ratelimit-Reset": "", "Ratelimit-Policy": "", "Ratelimit": `"open";r=7`},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			header := c.header
			if header == nil {
				header = http.Header{}
			}
			limitheader.Write(header, c.limits, testNow, c.families, c.replace)
			for name, want := range c.want {
				if got := header.Get(name); got != want {
					t.Errorf("%s is %q, want %q", name, got, want)
				}
			}
		})
	}
}

func TestDropPartial(t *testing.T) {
	whole, partial := limitheader.Limit{Name: "whole", Quota: 1}, limitheader.Limit{Name: "partial", Quota: -1}
	if got := limitheader.DropPartial([]limitheader.Limit{partial, whole}); len(got) != 1 || got[0].Name != "whole" {
		t.Errorf("got %v", got)
	}
	if got := limitheader.DropPartial([]limitheader.Limit{partial}); len(got) != 1 {
		t.Errorf("got %v", got)
	}
}
