package tests

import (
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	caddytext "github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"

	"github.com/koine-proxy/koine"
)

// directivePage is the reference of the directive.
const directivePage = "../docs/directive.md"

// TestDocsDirective checks that the reference has a section and an example of every
// subdirective, and loads each example.
func TestDocsDirective(t *testing.T) {
	page := readText(t, directivePage)
	for _, word := range subdirectives() {
		_, section, ok := strings.Cut(page, "\n### `"+word+"`\n")
		if !ok {
			t.Errorf("the reference has no section for %s", word)
			continue
		}
		section, _, _ = strings.Cut(section, "\n## ")
		section, _, _ = strings.Cut(section, "\n### ")
		statements := indented(section)
		if len(statements) == 0 {
			t.Errorf("%s has no example", word)
		}
		if !strings.Contains(page, "| [`"+word+"`](#"+word+") |") {
			t.Errorf("%s is not in the table", word)
		}
		dir := t.TempDir()
		for file, text := range map[string]string{"shop.yaml": exampleOf(t, "dialect: shop"), "codes.yaml": exampleOf(t, "taxonomy: acme"), "nl.yaml": exampleOf(t, "locale: nl"), "error.html": "<h1>{{.Message}}</h1>"} {
			write(t, filepath.Join(dir, file), text)
		}
		for _, s := range statements {
			if !strings.HasPrefix(s, word) {
				t.Errorf("the example of %s is %s", word, s)
			}
			site := "api.example.com {\n@api path /api/*\ntranslate_errors {\n" + s + "\n}\nreverse_proxy localhost:9000\n}\n"
			loadExample(t, docBlock{file: directivePage, text: string(caddytext.Format([]byte(site)))}, filepath.Join(dir, "Caddyfile"))
		}
	}
}

// indented returns the statements of the blocks of a text that are indented by four
// spaces: a line, or the lines of a block.
func indented(text string) (statements []string) {
	open := false
	for line := range strings.Lines(text) {
		line, ok := strings.CutPrefix(line, "    ")
		switch {
		case !ok:
			continue
		case open || strings.TrimSpace(line) == "}":
			statements[len(statements)-1] += line
		default:
			statements = append(statements, line)
		}
		switch {
		case strings.HasSuffix(line, "{\n"):
			open = true
		case strings.TrimSpace(line) == "}":
			open = false
		}
	}
	return statements
}

// exampleOf returns the YAML example that begins with a line.
func exampleOf(t *testing.T, first string) string {
	t.Helper()
	for _, b := range docBlocks(t) {
		if b.language == "yaml" && strings.HasPrefix(b.text, first+"\n") {
			return b.text
		}
	}
	t.Fatalf("no example begins with %s", first)
	return ""
}

// subdirectives returns the subdirectives, which are the keys of the JSON.
func subdirectives() (words []string) {
	handler := reflect.TypeFor[koine.Handler]()
	for i := range handler.NumField() {
		if word, _, _ := strings.Cut(handler.Field(i).Tag.Get("json"), ","); word != "" {
			words = append(words, word)
		}
	}
	return words
}

// invalidStatements are the statements of the table of error messages in the
// reference.
var invalidStatements = []string{
	"dialekt auto",
	"name shop api",
	"dialect rustbil",
	"success_errors all",
	"taxonomy",
	"map rustbill gone",
	"map rustbill gone resource_gone",
	"envelope problems",
	"html_template",
	"locale",
	"respond_as openai {\n sunset tomorrow\n }",
	"status canonic",
	"gateway_status 502",
	"message saef",
	"unmapped drop",
	"mode translate 10",
	"mode translate by {header.X-Api-Key}",
	"only 499",
	"max_body 1GB",
	"body_timeout soon",
	"retry_after 500ms",
	"expose everything",
	"docs docs.example.com/errors",
	"proxy_errors off",
	"streams drop",
	"request_id on",
	"request_id {\n format snowflake\n }",
	"rate_limit {\n key {client_ip}\n }",
	"rate_limit {\n limit 100 each 1m\n }",
	"rate_limit {\n key X-Api-Key\n }",
	"rate_limit_headers all",
	"watch 10ms",
}

// TestDocsMessages compares the table of error messages in the reference with the
// messages of the parser. `go test ./tests -run DocsMessages -update` writes it.
func TestDocsMessages(t *testing.T) {
	var b strings.Builder
	b.WriteString("\n| In the block | Message |\n|---|---|\n")
	for _, statement := range invalidStatements {
		message, failed := adapt(t, "api.example.com {\n\ttranslate_errors {\n"+statement+"\n}\n}\n")
		if !failed {
			t.Errorf("%s is accepted", statement)
		}
		message = strings.TrimPrefix(strings.TrimSpace(message), "parsing caddyfile tokens for 'translate_errors': ")
		message, _, _ = strings.Cut(message, ", at /etc/caddy/Caddyfile")
		b.WriteString("| " + cell(statement) + " | " + cell(message) + " |\n")
	}
	for _, word := range subdirectives() {
		if !strings.Contains(b.String(), "\n| `"+word) {
			t.Errorf("the table has no message of %s", word)
		}
	}
	checkGenerated(t, directivePage, "<!-- messages: written by go test ./tests -run DocsMessages -update -->\n", "<!-- /messages -->", b.String()+"\n")
}

// cell returns a text as code in a cell of a table.
func cell(text string) string {
	text = strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "|", `\|`)
	if strings.Contains(text, "`") {
		return "`` " + text + " ``"
	}
	return "`" + text + "`"
}

// commandsPage is the reference of the commands.
const commandsPage = "../docs/commands.md"

// TestDocsCommands compares the output of commands in the documentation with their
// real output. `go test ./tests -run DocsCommands -update` writes it.
func TestDocsCommands(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	shop := exampleOf(t, "dialect: shop")
	broken := strings.NewReplacer("  message: fault.text", "  mesage: fault.text", "  keys: [", "  kees: [").Replace(shop)
	write(t, filepath.Join(dir, "shop.yaml"), broken)
	check := command(t, dir, "", "check", "shop.yaml")
	if check.status != 1 {
		t.Errorf("check ended with %d: %s", check.status, check.errors)
	}
	checkGenerated(t, commandsPage, "<!-- check: written by go test ./tests -run DocsCommands -update -->\n", "<!-- /check -->",
		"\n```text\n$ caddy translate-errors check shop.yaml\n"+check.out+check.errors+"```\n\n")

	write(t, filepath.Join(dir, "old.yaml"), shop)
	write(t, filepath.Join(dir, "new.yaml"), strings.NewReplacer("  1001: 404 PRODUCT.NOT_FOUND", "  1001: 410 RESOURCE.GONE", "  1002: 409 PRODUCT.OUT_OF_STOCK\n", "").Replace(shop))
	write(t, filepath.Join(dir, "errors.txt"), "HTTP/1.1 404 Not Found\n\n"+`{"fault":{"num":1001,"text":"There is no product 7."}}`+"\nHTTP/1.1 409 Conflict\nServer: shop\n\n"+`{"fault":{"num":1002,"text":"There are none left."}}`)
	replayed := command(t, dir, "", "replay", "--before", "old.yaml", "--after", "new.yaml", "errors.txt")
	if replayed.status != 1 {
		t.Errorf("replay ended with %d: %s", replayed.status, replayed.errors)
	}
	checkGenerated(t, commandsPage, "<!-- replay: written by go test ./tests -run DocsCommands -update -->\n", "<!-- /replay -->",
		"\n```text\n$ caddy translate-errors replay --before old.yaml --after new.yaml errors.txt\n"+replayed.out+replayed.errors+"```\n\n")

	changed := command(t, dir, "", "changes", "--before", "old.yaml", "--after", "new.yaml")
	checkGenerated(t, commandsPage, "<!-- changes: written by go test ./tests -run DocsCommands -update -->\n", "<!-- /changes -->",
		"\n```text\n$ caddy translate-errors changes --before old.yaml --after new.yaml\n"+changed.out+changed.errors+"```\n\n")

	write(t, filepath.Join(dir, "missing.json"), missing)
	tried := command(t, dir, "", "try", "--status", "404", "--explain", "missing.json")
	head, rest, _ := strings.Cut(tried.out, "\n\n")
	body, explained, _ := strings.Cut(rest, "\n\n")
	id := regexp.MustCompile(`req_[0-9A-Z]{26}`)
	text := id.ReplaceAllString(head+"\n\n"+body, "req_01M80H1TPY89NTNWBWH379RXF5") + "\n\n" + explained
	checkGenerated(t, commandsPage, "<!-- try: written by go test ./tests -run DocsCommands -update -->\n", "<!-- /try -->",
		"\n```text\n$ caddy translate-errors try --status 404 --explain missing.json\n"+text+"```\n\n")

	explainedCode := command(t, dir, "", "codes", "BILLING.COUPON_EXPIRED")
	checkGenerated(t, commandsPage, "<!-- codes: written by go test ./tests -run DocsCommands -update -->\n", "<!-- /codes -->",
		"\n```text\n$ caddy translate-errors codes BILLING.COUPON_EXPIRED\n"+explainedCode.out+"```\n\n")
}
