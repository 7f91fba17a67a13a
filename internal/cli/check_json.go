package cli

import (
	"encoding/json"

	"github.com/koine-proxy/koine/dialect"
)

// checkReport is the output of check as JSON.
type checkReport struct {
	Files    int         `json:"files"`
	Faults   []jsonFault `json:"faults"`
	Warnings []jsonFault `json:"warnings"`
}

// jsonFault is a fault as JSON. Line and column count from 1; they are left out if they
// are not known.
type jsonFault struct {
	File    string `json:"file"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Message string `json:"message"`
}

// reportJSON lists faults and warnings, each by file and line.
func (c *checker) reportJSON() string {
	text, _ := json.MarshalIndent(checkReport{c.files, jsonFaults(c.faults), jsonFaults(c.warnings)}, "", "  ") // cannot fail
	return string(text) + "\n"
}

func jsonFaults(faults dialect.Faults) []jsonFault {
	list := []jsonFault{}
	if sorted, ok := faults.Err().(dialect.Faults); ok {
		for _, f := range sorted {
			list = append(list, jsonFault(f))
		}
	}
	return list
}
