package translate_test

import (
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// streams are dialects of which two have errors in frames.
func streams(t *testing.T, passive ...string) *translate.Engine {
	t.Helper()
	e, err := translate.NewEngine(translate.Inputs{Taxonomy: taxonomy(t), Auto: passive, Dialects: append([]*dialect.File{
		dialectOf(t, "dialect: cats\nabout: x\nauto: pass\nstreams: true\nmatch: {keys: [error.code], types: {error: object}}\nshape: {code: error.code, message: error.text}\ncodes: {late: 409 ORDER.EXPIRED}\n"),
		dialectOf(t, "dialect: dogs\nabout: x\nauto: pass\nstreams: true\nmatch: {keys: [dog], equals: {type: error}}\nshape: {code: dog}\ncodes: {late: 409 ORDER.EXPIRED}\n"),
		dialectOf(t, "dialect: birds\nabout: x\nmatch: {keys: [bird]}\nshape: {code: bird}\ncodes: {late: 409 ORDER.EXPIRED}\n"),
	}, files(t, "general")...)})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestFramesOfStreams reads the data of frames, of dialects that have errors there
// and of others.
func TestFramesOfStreams(t *testing.T) {
	for _, c := range []struct {
		about, data string
		marked      bool
		isError     bool
		want        string
	}{
		{"an error", `{"error":{"code":"late","text":"Too late."}}`, false, true, "ORDER.EXPIRED"},
		{"an error of another dialect", `{"type":"error","dog":"late"}`, false, true, "ORDER.EXPIRED"},
		{"an error without a row", `{"error":{"code":"unheard"}}`, false, true, "INTERNAL.ERROR"},
		{"a piece of text", `{"text":"error"}`, false, false, ""},
		{"a dialect without frames", `{"bird":"late"}`, false, false, ""},
		{"a dialect without frames, in a frame that calls itself an error", `{"bird":"late"}`, true, true, "ORDER.EXPIRED"},
		{"general rules, in a frame like any other", `{"message":"No."}`, false, false, ""},
		{"general rules, in a frame that calls itself an error", `{"message":"No."}`, true, true, "INTERNAL.ERROR"},
		{"what nobody reads, in a frame that calls itself an error", `{"hats":7}`, true, true, "INTERNAL.ERROR"},
		{"no JSON", `[DONE]`, false, false, ""},
	} {
		t.Run(c.about, func(t *testing.T) {
			tr := streams(t).Acquire()
			defer tr.Release()
			if got := tr.ReadFrame(jsonOf(200, c.data), c.marked); got != c.isError || got && tr.Code.Name != c.want {
				t.Errorf("it is an error: %t, as %s; want %t, %s", got, tr.Code.Name, c.isError, c.want)
			}
		})
	}
	if !streams(t).HasStreamErrors() || streams(t, "cats", "dogs").HasStreamErrors() || engine(t, "rustbill").HasStreamErrors() {
		t.Error("it does not know whether errors stand in frames")
	}
	tr := streams(t, "cats").Acquire()
	defer tr.Release()
	if tr.ReadFrame(jsonOf(200, `{"error":{"code":"late"}}`), false) {
		t.Error("a dialect that is left alone is read")
	}
}

// TestOpeningsOfStreams judges frames of invented dialects by how they begin.
func TestOpeningsOfStreams(t *testing.T) {
	for data, want := range map[string]translate.Verdict{
		`{"error":{`:         translate.Likely,
		`{"error":{"x`:       translate.Likely,
		"{ \"error\" :\n\t{": translate.Likely,
		`{"error":[`:         translate.Unlikely,
		`{"error":"`:         translate.Unlikely,
		`{"error"`:           translate.Undecided,
		`{"err`:              translate.Undecided,
		`{"err or"`:          translate.Unlikely,
		``:                   translate.Undecided,
		`{"type":"error"`:    translate.Likely,
		`{"type":"errors"`:   translate.Unlikely,
		`{"type":"text"`:     translate.Unlikely,
		`{"id":`:             translate.Unlikely,
		`[`:                  translate.Unlikely,
		`{}`:                 translate.Unlikely,
	} {
		o := streams(t).StreamPrefixes().Matcher()
		got := translate.Undecided
		for i := range len(data) {
			if got = o.Next(data[i]); got != translate.Undecided {
				break
			}
		}
		if got != want {
			t.Errorf("%q is %d, want %d", data, got, want)
		}
	}
}
