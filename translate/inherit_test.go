package translate_test

import (
	"testing"

	"github.com/koine-proxy/koine/dialect"
)

// heirs reads mapping files, and lets them inherit from each other and from all.
func heirs(t *testing.T, all []*dialect.File, texts ...string) ([]*dialect.File, error) {
	t.Helper()
	var own []*dialect.File
	for _, text := range texts {
		own = append(own, dialectOf(t, text))
	}
	return dialect.Inherit(own, all)
}

const ancestor = `dialect: cats
about: Cats
priority: 40
protocol: true
rides_on: {status: 2xx, as: 409}
frames: true
format: [json, xml]
match:
  keys: [cat.code]
  types: {cat: object}
  equals: {cat.ok: false}
  lacks: [dog]
  status: [4xx]
  code: lower_snake
shape:
  code: cat.code
  message: cat.text
  request_id: cat.id
codes:
  late: 404 ORDER.EXPIRED
  gone: RESOURCE.GONE
  "@402": PAYMENT.REQUIRED
limits:
  - {limit: X-Cat-Limit, remaining: X-Cat-Limit-Remaining}
waits:
  - {header: X-Cat-Wait}
examples:
  - {status: 404, body: {"cat": {"code": "late", "ok": false}}, is: ORDER.EXPIRED}
`

// TestInherit takes over what a file does not say, word by word.
func TestInherit(t *testing.T) {
	out, err := heirs(t, nil, ancestor, "dialect: kittens\nabout: Kittens\nextends: cats\n")
	if err != nil {
		t.Fatal(err)
	}
	base, heir := out[0], out[1]
	if heir.Name != "kittens" || heir.About != "Kittens" || len(heir.Examples) != 0 {
		t.Errorf("it takes over its name, its about or its examples: %+v", heir)
	}
	if heir.Priority != 40 || !heir.Protocol || heir.Rides != base.Rides || !heir.Frames || len(heir.Formats) != 2 || len(heir.Limits) != 1 || len(heir.Waits) != 1 {
		t.Errorf("a word of the top is lost: %+v", heir)
	}
	if m := heir.Match; len(m.Keys)+len(m.Types)+len(m.Equals)+len(m.Lacks)+len(m.Status) != 5 || m.Code != "lower_snake" {
		t.Errorf("a word of match is lost: %+v", m)
	}
	if len(heir.Shape) != 3 || len(heir.Codes) != 3 {
		t.Errorf("its shape is %+v, its codes are %+v", heir.Shape, heir.Codes)
	}

	for _, c := range []struct {
		about, words, body string
		status             int
		want, message      string // "" where it is not of the dialect
	}{
		{"nothing of its own", "", `{"cat":{"code":"late","text":"x","ok":false}}`, 404, "ORDER.EXPIRED", "x"},
		{"a row of its own wins", "codes: {late: RESOURCE.LOCKED}", `{"cat":{"code":"late","ok":false}}`, 404, "RESOURCE.LOCKED", ""},
		{"rows of the base join", "codes: {hot: RESOURCE.LOCKED}", `{"cat":{"code":"gone","ok":false}}`, 404, "RESOURCE.GONE", ""},
		{"a row of a status", "codes: {hot: RESOURCE.LOCKED}", `{"cat":{"code":"new","ok":false}}`, 402, "PAYMENT.REQUIRED", ""},
		{"a role of its own", "shape: {message: cat.words}", `{"cat":{"code":"late","words":"y","text":"x","ok":false}}`, 404, "ORDER.EXPIRED", "y"},
		{"a word of match of its own", "match: {keys: [cat.name]}", `{"cat":{"code":"late","ok":false}}`, 404, "", ""},
		{"a word of match beside it", "match: {keys: [cat.name]}", `{"cat":{"code":"late","name":"Tom","ok":true}}`, 404, "", ""},
		{"an inherited word that is taken away", "match: {equals: {}, lacks: []}", `{"cat":{"code":"late","ok":true},"dog":1}`, 404, "ORDER.EXPIRED", ""},
		{"an inherited word that stays", "match: {equals: {}, lacks: []}", `{"cat":{"code":"late","ok":true}}`, 500, "", ""},
		{"statuses that are taken away", "match: {status: []}", `{"cat":{"code":"late","ok":false}}`, 500, "ORDER.EXPIRED", ""},
		{"a spelling of its own", "match: {code: listed}", `{"cat":{"code":"unheard","ok":false}}`, 404, "", ""},
	} {
		t.Run(c.about, func(t *testing.T) {
			out, err := heirs(t, []*dialect.File{dialectOf(t, ancestor)}, "dialect: kittens\nabout: Kittens\nextends: cats\n"+c.words+"\n")
			if err != nil {
				t.Fatal(err)
			}
			tr := hear(t, compile(t, out), jsonOf(c.status, c.body))
			got := ""
			if tr.Dialect != "" {
				got = tr.Code.Name
			}
			if got != c.want || tr.Message != c.message {
				t.Errorf("it is %q, %q; want %q, %q", got, tr.Message, c.want, c.message)
			}
		})
	}
}

// TestInheritInSteps goes over several files, in any order, and over a built-in
// dialect of the same name.
func TestInheritInSteps(t *testing.T) {
	out, err := heirs(t, []*dialect.File{dialectOf(t, ancestor)},
		"dialect: tigers\nabout: Tigers\nextends: kittens\npriority: 0\n",
		"dialect: kittens\nabout: Kittens\nextends: cats\nprotocol: false\n",
		"dialect: cats\nabout: Cats of ours\nextends: cats\ncodes: {late: RESOURCE.LOCKED}\n",
	)
	if err != nil {
		t.Fatal(err)
	}
	tigers, ours := out[0], out[2]
	if tigers.Priority != 0 || tigers.Protocol || tigers.Rides.As != 409 || len(tigers.Codes) != 3 || tigers.Codes[0].Code != "RESOURCE.LOCKED" {
		t.Errorf("over two steps it becomes %+v", tigers)
	}
	if ours.Name != "cats" || len(ours.Codes) != 3 || ours.Codes[0].Code != "RESOURCE.LOCKED" || len(ours.Shape) != 3 {
		t.Errorf("over a built-in dialect of its name it becomes %+v", ours)
	}

	alone := dialectOf(t, ancestor)
	out, err = dialect.Inherit([]*dialect.File{alone}, nil)
	if err != nil || out[0] != alone {
		t.Errorf("a file that extends nothing is another one: %v", err)
	}
}

func TestInheritFaults(t *testing.T) {
	extends := func(name, base string) string {
		return "dialect: " + name + "\nabout: x\nextends: " + base + "\n"
	}
	for _, c := range []struct {
		about string
		texts []string
		want  []string
	}{
		{"a base that is not there", []string{extends("kittens", "cat"), ancestor}, []string{`d.yaml:3:10: there is no dialect "cat" to extend; did you mean cats?`}},
		{"a base that is like none", []string{extends("kittens", "submarines")}, []string{`d.yaml:3:10: there is no dialect "submarines" to extend`}},
		{"a ring", []string{extends("a", "b"), extends("b", "a")}, []string{
			"d.yaml:3:10: extends leads back to a: a dialect cannot extend itself",
			"d.yaml:3:10: extends leads back to b: a dialect cannot extend itself",
		}},
	} {
		t.Run(c.about, func(t *testing.T) {
			_, err := heirs(t, nil, c.texts...)
			wantFaults(t, err, c.want)
		})
	}
}
