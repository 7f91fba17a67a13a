package translate_test

import (
	"testing"

	"github.com/koine-proxy/koine/translate"
)

// TestLookupRow checks that a code has a row exactly if an error with it is mapped.
func TestLookupRow(t *testing.T) {
	t.Parallel()
	e, err := engine(t, "rustbill", "validonx", "general").WithRows(translate.Rows{
		"rustbill": {{Native: "own_code", Code: "PLAN.NOT_FOUND"}}, "*": {{Native: "any_code", Code: "RESOURCE.GONE"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		dialect, native string
		status          int
		want            string
	}{
		{"rustbill", "plan_not_found", 404, "PLAN.NOT_FOUND"},
		{"rustbill", "own_code", 400, "PLAN.NOT_FOUND"},
		{"rustbill", "no_such_code", 400, ""},
		{"rustbill", "", 400, ""},
		{"validonx", "VALIDATION.FAILED", 422, "VALIDATION.FAILED"},
		{"validonx", "VALIDATION.NOT_A_CODE", 422, ""},
		{"", "any_code", 410, "RESOURCE.GONE"},
		{"", "not_found", 404, ""}, // general rules guess
		{"no_such_dialect", "plan_not_found", 404, ""},
	} {
		got := ""
		if c, ok := e.LookupRow(tt.dialect, tt.native, tt.status); ok {
			got = c.Name
		}
		if got != tt.want {
			t.Errorf("LookupRow(%q, %q, %d) = %q, want %q", tt.dialect, tt.native, tt.status, got, tt.want)
		}
	}
}

// TestEvidenceOfError checks the evidence that an error was attributed by.
func TestEvidenceOfError(t *testing.T) {
	t.Parallel()
	tr := read(t, 404, `{"error":"plan_not_found","message":"x"}`, "rustbill")
	if got := tr.Evidence(); got != translate.EvidenceShape && got != translate.EvidenceCode {
		t.Errorf("the evidence is %q", got)
	}
	tr = read(t, 404, `{"fault":"x"}`, "rustbill")
	if got := tr.Evidence(); got != "" {
		t.Errorf("the evidence of an error that was not read is %q", got)
	}
	tr = read(t, 404, `{"reason":"no_such_planet","message":"There is no such planet."}`, "general")
	if got := tr.Evidence(); got != translate.EvidenceGeneral {
		t.Errorf("the evidence of general rules is %q", got)
	}
}
