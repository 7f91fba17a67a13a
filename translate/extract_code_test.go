package translate_test

import (
	"testing"
)

// TestUnknownCode reads a code that is not in the table of its dialect.
func TestUnknownCode(t *testing.T) {
	tr := read(t, 409, `{"error":"job_on_hold","message":"There is a job.","acme":2}`)
	out := renderCanonical(t, tr)
	const want = `{"error":{"code":"RESOURCE.CONFLICT","type":"resource","category":"conflict","status":409,"message":"There is a job.",` +
		`"details":{"acme":2},"retry":{"strategy":"never","safe":false}},` +
		`"meta":{"request_id":"req_ours","api_version":"1","origin":"upstream","match":"status","upstream":{"code":"job_on_hold"}}}`
	if string(out) != want {
		t.Errorf("got\n%s, want\n%s", out, want)
	}
}
