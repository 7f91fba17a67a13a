package tests

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// planted are values that an upstream may send in an error, and that nobody must find again:
// neither they nor their telling parts.
var planted = []struct {
	name, value string
	parts       []string // that tell it; none for the whole value
	notAsCode   bool     // as a code, it is a word like others
}{
	{name: "password", value: "hunter2secret", notAsCode: true},
	{name: "token", value: "sk_live_4eC39HqLyjWDarjtT1zdp7dc"},
	{name: "JWT", value: "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U", parts: []string{"eyJhbGciOiJIUzI1NiJ9", "dozjgNryP4J3"}},
	{name: "key of a cloud", value: "AKIAIOSFODNN7EXAMPLE"},
	{name: "address", value: "alice@example.com"},
	{name: "address of a host", value: "10.20.30.40:5432", parts: []string{"10.20.30.40"}},
	{name: "card", value: "4111 1111 1111 1111"},
	{name: "frame", value: "at com.acme.PlanService.find(PlanService.java:42)", parts: []string{"PlanService"}},
	{name: "frame of Go", value: "goroutine 17 [running]: main.findPlan(0xc000123456)", parts: []string{"goroutine 17", "findPlan", "0xc000123456"}},
	{name: "SQL", value: "SELECT card_no FROM customers WHERE id = 7", parts: []string{"card_no", "FROM customers"}},
	{name: "path", value: "/srv/billing/config/database.yml", parts: []string{"srv/billing", "database.yml"}},
	{name: "URL", value: "https://admin:pa55w0rd@internal.example/plans?key=topsecretkey", parts: []string{"pa55w0rd", "topsecretkey"}},
}

// plantedBodies are bodies of errors, with %s in place of a planted value.
var plantedBodies = []struct{ mediaType, body string }{
	{"application/json", `{"error":"plan_gone","message":"The value %s is wrong.","password":"%s","token":"%s","stackTrace":["%s"]}`},
	{"application/json", `{"error":"plan_lost","message":"%s"}`},
	{"application/json", `{"error":"%s","message":"x"}`}, // asCode
	{"application/json", `{"fault":{"text":"Failed for %s","trace":"%s"}}`},
	{"application/json", `{"trouble":{"%s":"%s"}}`},
	{"application/json", `{"error":"validation_error","message":"x","fields":{"email":"%s is taken"},"details":{"items":[{"note":"%s"}]}}`},
	{"application/problem+json", `{"type":"about:blank","title":"Bad Request","status":400,"detail":"Failed for %s","instance":"%s"}`},
	{"application/xml", `<Error><Code>PlanLost</Code><Message>Failed for %s</Message><StringToSign>%s</StringToSign></Error>`},
	{"application/x-www-form-urlencoded", `error=plan_lost&error_description=Failed+for+%s`},
	{"text/plain", "Failed for %s\n%s"},
	{"text/html", "<html><title>Error</title><h1>Failed</h1><pre>%s</pre></html>"},
	{"application/json", `{"error":{"code":"PLAN.NOT_FOUND","type":"plan","category":"not_found","status":400,"message":"Failed for %s","details":{"a":"%s"},"retry":{"strategy":"never","safe":true}},"meta":{"request_id":"1","api_version":"1","origin":"upstream","match":"table"}}`},
}

// asCode is the body whose code is the planted value.
const asCode = 2

// TestNothingPlantedIsTold plants secrets, addresses and stack traces in the errors of an
// upstream, and looks for them in everything that tells of errors: ledger, exports, rows, log,
// metrics, events, spans, and the pages of the board. The log is at DEBUG, so it has the data of the events, too.
func TestNothingPlantedIsTold(t *testing.T) {
	t.Parallel()
	backend := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		var which, what int
		if _, err := fmt.Sscanf(r.URL.Path, "/v1/%d/%d", &which, &what); err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", plantedBodies[which].mediaType)
		w.WriteHeader(http.StatusBadRequest)
		value := planted[what].value
		if strings.Contains(plantedBodies[which].mediaType, "json") {
			quoted, _ := json.Marshal(value)
			value = string(quoted[1 : len(quoted)-1])
		}
		_, _ = io.WriteString(w, strings.ReplaceAll(plantedBodies[which].body, "%s", value))
	})
	sites := `
http://metrics.test:{$PORT} {
	metrics
}
http://board.test:{$PORT} {
	error_board
}
`
	hosts := map[string]string{"translated": "", "passed": "unmapped pass", "observed": "mode observe", "named": "dialect {$STATE}/billing.yaml"}
	for name, block := range hosts {
		sites += "\nhttp://" + name + ".test:{$PORT} {\n\tlog\n\ttracing\n\ttranslate_errors {\n\t\t" + block + "\n\t}\n\treverse_proxy " + backend + "\n}\n"
	}
	p := serveTraced(t, "", sites, "billing.yaml", billing)
	for which := range plantedBodies {
		for what := range planted {
			for name := range hosts {
				if which != asCode || !planted[what].notAsCode {
					p.get(t, fmt.Sprintf("%s.test/v1/%d/%d", name, which, what))
				}
			}
		}
	}
	eventually(t, "the last error was read, and is an event", func() bool {
		return len(p.unmapped(t)) > 3 && strings.Contains(readText(t, p.log), `"name":"translate_errors.unmapped"`)
	})
	for where, text := range p.everythingTold(t) {
		if len(text) < 200 {
			t.Errorf("%s has only %q", where, text)
		}
		for _, value := range planted {
			for _, part := range append(value.parts, value.value) {
				if i := strings.Index(text, part); i >= 0 {
					t.Errorf("%s has the %s: …%s…", where, value.name, text[max(0, i-300):min(len(text), i+100)])
				}
			}
		}
	}
}

// everyPage returns the pages of the board: the overview, and that of each error.
func (p *proxy) everyPage(t *testing.T) string {
	t.Helper()
	text := string(p.get(t, "board.test/?all=1").body)
	ids := map[string]bool{}
	for _, m := range regexp.MustCompile(`"\?entry=([0-9a-f]+)"`).FindAllStringSubmatch(text, -1) {
		ids[m[1]] = true
	}
	if len(ids) < 4 {
		t.Errorf("the board has only %d errors", len(ids))
	}
	for id := range ids {
		text += string(p.get(t, "board.test/?entry="+id).body)
	}
	return text + string(p.get(t, "board.test/?rows").body)
}

// everythingTold returns all texts that tell of the errors of a process, and ends the process.
func (p *proxy) everythingTold(t *testing.T) map[string]string {
	t.Helper()
	dir := filepath.Dir(p.config)
	told := map[string]string{}
	for _, args := range [][]string{{"--json"}, {"--rows"}, {}} {
		told["unmapped "+strings.Join(args, " ")] = command(t, dir, "", append([]string{"unmapped", "--address", p.admin}, args...)...).out
	}
	for _, path := range []string{"stats", "unmapped"} {
		var text json.RawMessage
		p.askAdmin(t, http.MethodGet, "/translate_errors/"+path, "", &text)
		told["the admin endpoint "+path] = string(text)
	}
	told["the board"] = p.everyPage(t)
	told["the metrics"] = string(p.get(t, "metrics.test/", "Accept: application/openmetrics-text;version=1.0.0").body)
	p.terminate(t)
	told["the log"], told["the spans"] = readText(t, p.log), p.output.String()
	files, err := filepath.Glob(filepath.Join(dir, "translate_errors", "ledger", "*.json.gz"))
	if err != nil || len(files) != 1 {
		t.Fatalf("the storage has %v (%v)", files, err)
	}
	compressed, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	told["the storage"] = string(text)
	return told
}
