package collector

import "testing"

// TestSetDefault checks that the default does not replace what the environment says.
func TestSetDefault(t *testing.T) {
	for _, tt := range []struct {
		name        string
		environment map[string]string
		want        int
	}{
		{"nothing is set", nil, Growth},
		{"an empty value", map[string]string{"GOGC": ""}, Growth},
		{"a growth", map[string]string{"GOGC": "100"}, 0},
		{"the collector is off", map[string]string{"GOGC": "off"}, 0},
		{"a limit", map[string]string{"GOMEMLIMIT": "64MiB"}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := 0
			setDefault(func(name string) (string, bool) { v, ok := tt.environment[name]; return v, ok }, func(percent int) { got = percent })
			if got != tt.want {
				t.Errorf("set %d, want %d", got, tt.want)
			}
		})
	}
}
