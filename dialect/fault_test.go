package dialect_test

import (
	"errors"
	"testing"

	"github.com/koine-proxy/koine/dialect"
)

func TestFaultText(t *testing.T) {
	for _, c := range []struct {
		fault dialect.Fault
		want  string
	}{
		{dialect.Fault{File: "a.yaml", Line: 3, Column: 7, Message: "m"}, "a.yaml:3:7: m"},
		{dialect.Fault{File: "a.yaml", Line: 3, Message: "m"}, "a.yaml:3: m"},
		{dialect.Fault{File: "a.yaml", Message: "m"}, "a.yaml: m"},
		{dialect.Fault{Message: "m"}, "m"},
	} {
		if got := c.fault.Error(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	if err := (dialect.Faults{}).Err(); err != nil {
		t.Errorf("an empty list is an error: %v", err)
	}
	faults := dialect.Faults{{File: "b", Line: 1, Message: "m"}, {File: "a", Line: 10, Message: "m"}, {File: "a", Line: 9, Column: 2, Message: "m"}, {File: "a", Line: 9, Column: 1, Message: "m"}, {File: "b", Line: 1, Message: "m"}}
	wantFaults(t, faults.Err(), []string{"a:9:1: m", "a:9:2: m", "a:10: m", "b:1: m"})
	if _, ok := errors.AsType[dialect.Faults](faults.Err()); !ok {
		t.Error("the error is not of type Faults")
	}
}
