package translate_test

import (
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
	"github.com/koine-proxy/koine/mappings"
	"github.com/koine-proxy/koine/translate"
)

// builtInLocales compiles all built-in locales.
func builtInLocales(tb testing.TB) *translate.Locales {
	tb.Helper()
	files, err := mappings.ReadLocales()
	if err != nil {
		tb.Fatal(err)
	}
	l, err := translate.CompileLocales(taxonomy(tb), files...)
	if err != nil {
		tb.Fatal(err)
	}
	return l
}

// locales compiles locales with no texts but English ones.
func locales(tb testing.TB, tags ...string) *translate.Locales {
	tb.Helper()
	files := []*dialect.LocaleFile{{Tag: "en"}}
	for _, tag := range tags {
		files = append(files, &dialect.LocaleFile{Tag: tag})
	}
	l, err := translate.CompileLocales(taxonomy(tb), files...)
	if err != nil {
		tb.Fatal(err)
	}
	return l
}

func TestChooseLocale(t *testing.T) {
	const all = "de es fr ja pt-BR zh-Hans"
	for _, c := range []struct{ about, tags, accept, want string }{
		{"no header", all, "", "en"},
		{"the language", all, "fr", "fr"},
		{"a region", all, "fr-CA, en;q=0.5", "fr"},
		{"Chromium in Germany", all, "de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7", "de"},
		{"Chromium in the US", all, "en-US,en;q=0.9", "en"},
		{"Safari", all, "ja-JP", "ja"},
		{"a region of English", all, "en-GB,fr;q=0.9", "en"},
		{"qualities", all, "fr;q=0.3, de;q=0.7, ja;q=0.5", "de"},
		{"equal qualities", all, "ja, de, fr", "ja"},
		{"three digits", all, "fr;q=0.501, de;q=0.502", "de"},
		{"a language that there is not", all, "nl, fr;q=0.1", "fr"},
		{"only languages that there are not", all, "nl, pl;q=0.9", "en"},
		{"any language", all, "*", "en"},
		{"any other language", all, "nl, *;q=0.5", "en"},
		{"refused", all, "fr;q=0, de;q=0.1", "de"},
		{"refused, and a region of it", all, "fr-CA, fr;q=0, de;q=0.1", "de"},
		{"a region is refused", all, "fr-CA;q=0, fr;q=0.1", "fr"},
		{"English is refused, and nothing else is known", all, "en;q=0, *", "en"},
		{"in capitals", all, "FR-ca", "fr"},
		{"spaces", all, "  nl ,\tfr ; q=0.5 , de ; q=0.6 ", "de"},
		{"several lines", all, "nl\nde;q=0.5\nfr;q=0.6", "fr"},
		{"no list", all, ",;=q,,-,a,abcd,\xff\xff", "en"},
		{"a malformed quality", all, "fr;q=much, de;q=0.1", "de"},
		{"a longer word", all, "french, deutsch", "en"},
		{"three letters", "fil haw", "haw, fil;q=0.5", "haw"},
		{"three letters with a region", "fil", "fil-PH", "fil"},

		{"Chinese", all, "zh", "zh-Hans"},
		{"mainland China", all, "zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"},
		{"Singapore", all, "zh-SG", "zh-Hans"},
		{"Simplified", all, "zh-Hans-HK", "zh-Hans"},
		{"Taiwan does not get Simplified", all, "zh-TW", "en"},
		{"Taiwan accepts any Chinese next", all, "zh-TW,zh;q=0.9,en;q=0.8", "zh-Hans"},
		{"Hong Kong", all, "zh-HK, fr;q=0.5", "fr"},
		{"Traditional", all, "zh-Hant", "en"},
		{"Traditional of a site", all + " zh-Hant", "zh-TW,zh;q=0.9", "zh-Hant"},
		{"Traditional of a site, Hong Kong", all + " zh-Hant", "zh-Hant-HK", "zh-Hant"},
		{"only Traditional", "zh-Hant", "zh-CN", "en"},

		{"Brazil", all, "pt-BR", "pt-BR"},
		{"Portuguese", all, "pt", "pt-BR"},
		{"Portugal", all, "pt-PT", "pt-BR"},
		{"Portugal of a site", all + " pt-PT", "pt-PT", "pt-PT"},
		{"Portugal first, then Portuguese", "pt-PT pt-BR", "pt", "pt-PT"},
		{"a region of a site", all + " fr-CA", "fr-CA", "fr-CA"},
		{"another region", all + " fr-CA", "fr-CH", "fr"},
		{"a region longer than a prefix of it", all + " fr-CA", "fr-CAB", "fr"},
		{"only a region", "fr-CA", "fr", "fr-CA"},
	} {
		t.Run(c.about, func(t *testing.T) {
			l := locales(t, strings.Fields(c.tags)...)
			var lines []string
			if c.accept != "" {
				lines = strings.Split(c.accept, "\n")
			}
			if got := l.Choose(lines).Tag(); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// TestLongAcceptLanguage checks that what follows the first KiB is not read.
func TestLongAcceptLanguage(t *testing.T) {
	l := locales(t, "fr", "de")
	long := strings.Repeat("nl;q=0.1,", 11_000)
	if got := l.Choose([]string{"fr," + long + "de"}).Tag(); got != "fr" {
		t.Errorf("got %s", got)
	}
	if got := l.Choose([]string{long + "fr"}).Tag(); got != "en" {
		t.Errorf("got %s", got)
	}
}

// TestLocaleTexts checks where the texts come from that a language lacks.
func TestLocaleTexts(t *testing.T) {
	files := []*dialect.LocaleFile{
		{Tag: "en", Messages: []dialect.LocaleText{{Key: "ORDER.NOT_FOUND", Text: "No such order."}}},
		{Tag: "fr-CA", Messages: []dialect.LocaleText{{Key: "PLAN.NOT_FOUND", Text: "Forfait introuvable."}}},
		{Tag: "fr", Messages: []dialect.LocaleText{{Key: "PLAN.NOT_FOUND", Text: "Offre introuvable."}, {Key: "USER.NOT_FOUND", Text: "Utilisateur introuvable."}}},
		{Tag: "FR", Messages: []dialect.LocaleText{{Key: "USER.NOT_FOUND", Text: "Cet utilisateur est introuvable."}}},
	}
	l, err := translate.CompileLocales(taxonomy(t), files...)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(l.Tags(), " "); got != "en fr-CA fr" {
		t.Errorf("the languages are %s", got)
	}
	for _, c := range []struct{ language, code, text, tag string }{
		{"fr-CA", "PLAN.NOT_FOUND", "Forfait introuvable.", "fr-CA"},
		{"fr-CA", "USER.NOT_FOUND", "Cet utilisateur est introuvable.", "FR"},
		{"fr-CA", "ORDER.NOT_FOUND", "No such order.", "en"},
		{"fr", "PLAN.NOT_FOUND", "Offre introuvable.", "fr"},
		{"fr", "CUSTOMER.NOT_FOUND", "This customer was not found.", "en"},
		{"nl", "ORDER.NOT_FOUND", "No such order.", "en"},
	} {
		text, tag := l.Choose([]string{c.language}).Message(taxonomy(t).Lookup(c.code))
		if text != c.text || tag != c.tag {
			t.Errorf("%s in %s is %q in %s", c.code, c.language, text, tag)
		}
	}
}

// TestLocaleFaults checks that mistakes are found with their positions.
func TestLocaleFaults(t *testing.T) {
	_, err := yamlfile.ReadLocale("de.yaml", []byte("locale: de\nmessage:\n  A.B: x\nfield: ''\nlabels: [code]\nadvice:\n  gone: \"a\\nb\"\n  gone: c\n"))
	wantFaults(t, err, []string{
		"de.yaml:2:1: unknown key \"message\" in a locale file; did you mean `messages`?",
		"de.yaml:4:8: field is empty; remove it, so that the text of another language is used, or write one",
		"de.yaml:5:9: labels must be a mapping of names of labels to texts, not a list",
		"de.yaml:7:9: gone must be one line, without control characters",
		"de.yaml:8:3: duplicate key \"gone\" (first on line 7)",
	})
	f, err := yamlfile.ReadLocale("de.yaml", []byte("locale: german\nlabels:\n  kode: Code\nadvice:\n  nothing: x\nmessages:\n  PLAN.NOTFOUND: x\n  plan: x\n"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = translate.CompileLocales(taxonomy(t), &dialect.LocaleFile{Tag: "en"}, f)
	wantFaults(t, err, []string{
		"de.yaml:1:9: locale must be a language tag such as de, pt-BR or zh-Hans, not german",
		"de.yaml:3:3: unknown label kode; did you mean code?",
		"de.yaml:5:3: advice: unknown category nothing; expected one of invalid_request, unauthenticated, payment_required, permission_denied, not_found, conflict, gone, rate_limited, timeout, unavailable, upstream, internal",
		"de.yaml:7:3: unknown canonical code \"PLAN.NOTFOUND\"; did you mean PLAN.NOT_FOUND?",
		"de.yaml:8:3: unknown canonical code \"plan\"; a canonical code is two or three upper-case words joined by dots, such as RESOURCE.NOT_FOUND; add it to a taxonomy file, or use one that exists",
	})
}

// TestMessageLanguage checks which words an answer has, and what it says about their
// language.
func TestMessageLanguage(t *testing.T) {
	l := builtInLocales(t).Choose([]string{"de"})
	german, _ := l.Message(taxonomy(t).Lookup("PLAN.NOT_FOUND"))
	for _, c := range []struct {
		about, body string
		policy      translate.MessagePolicy
		message     string
		language    string
	}{
		{"the words of the upstream", `{"error":"plan_not_found","message":"There is no plan called gold."}`, "safe", "There is no plan called gold.", ""},
		{"words that do not pass", `{"error":"plan_not_found","message":"at com.acme.Plan(Plan.java:7)"}`, "safe", german, "de"},
		{"no words", `{"error":"plan_not_found","message":""}`, "safe", german, "de"},
		{"never the words of the upstream", `{"error":"plan_not_found","message":"There is no plan called gold."}`, "canonical", german, "de"},
	} {
		t.Run(c.about, func(t *testing.T) {
			tr := read(t, 404, c.body)
			p := translate.DefaultPolicy()
			p.Message = c.policy
			params := translate.RenderParams{RequestID: "r", Locale: l}
			out := tr.AppendCanonical(nil, &p, params)
			if got := textMember(t, out, "error.message"); got != c.message || tr.Language() != c.language {
				t.Errorf("got %q in %q", got, tr.Language())
			}
			if code := textMember(t, out, "error.code") + textMember(t, out, "error.category"); code != "PLAN.NOT_FOUNDnot_found" {
				t.Errorf("the code is %s", code)
			}
			if out := tr.AppendProblem(nil, &p, params); textMember(t, out, "detail") != c.message {
				t.Errorf("the problem is %s", out)
			}
		})
	}
}

// TestBuiltInLocales checks that every built-in locale has all texts.
func TestBuiltInLocales(t *testing.T) {
	files, err := mappings.ReadLocales()
	if err != nil {
		t.Fatal(err)
	}
	if files[0].Tag != mappings.DefaultLocale {
		t.Errorf("the default is %s", files[0].Tag)
	}
	for _, f := range files {
		if f.Field == "" || len(f.Labels) != len(files[0].Labels) || len(f.Advice) != len(translate.Categories()) {
			t.Errorf("%s: field, labels or advice are missing", f.File)
		}
		if f.Tag == mappings.DefaultLocale {
			continue // the messages are those of the taxonomy
		}
		texts := map[string]string{}
		for _, m := range f.Messages {
			texts[m.Key] = m.Text
		}
		for _, code := range taxonomy(t).Codes() {
			switch text := texts[code.Name]; {
			case text == "":
				t.Errorf("%s: %s has no message", f.File, code.Name)
			case text == code.Message:
				t.Errorf("%s: the message of %s is the English one", f.File, code.Name)
			case !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "。"):
				t.Errorf("%s: the message of %s is no sentence", f.File, code.Name)
			}
		}
	}
	builtInLocales(t)
}

// BenchmarkLocale chooses a language. With the writing of its message it is to take at
// most 50 ns more than English.
func BenchmarkLocale(b *testing.B) {
	l := locales(b, "de", "es", "fr", "ja", "pt-BR", "zh-Hans")
	for name, accept := range map[string]string{
		"fr-CA": "fr-CA, en;q=0.5", "chromium": "de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7", "hostile": strings.Repeat("nl;q=0.1,", 11_000),
	} {
		b.Run(name, func(b *testing.B) {
			lines := []string{accept}
			b.ReportAllocs()
			for b.Loop() {
				l.Choose(lines)
			}
		})
	}
}
