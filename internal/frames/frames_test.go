package frames

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/mappings/builtin"
	"github.com/koine-proxy/koine/translate"
)

// newEngine compiles the built-in dialects, as `dialect all` does.
var newEngine = sync.OnceValues(func() (*translate.Engine, error) {
	library := builtin.Library()
	taxonomy, err := translate.CompileTaxonomy(library.Taxonomy)
	if err != nil {
		return nil, err
	}
	return translate.NewEngine(translate.Inputs{Taxonomy: taxonomy, Dialects: library.Forms()})
})

func engine(tb testing.TB) *translate.Engine {
	tb.Helper()
	e, err := newEngine()
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

// recorder is a Writer under test, and its output.
type recorder struct {
	*Writer
	out      bytes.Buffer
	replaced int
}

// record returns a Writer that replaces each error by its code and status alone.
func record(e *translate.Engine, s Syntax) *recorder {
	r := new(recorder)
	prefixes := e.StreamPrefixes()
	r.Writer = New(&r.out, s, &prefixes, func(data []byte, marked bool) []byte {
		t := e.Acquire()
		defer t.Release()
		if !t.ReadFrame(translate.Response{Status: 200, Body: data}, marked) {
			return nil
		}
		r.replaced++
		policy := translate.DefaultPolicy()
		envelope := t.AppendCanonical(nil, &policy, translate.RenderParams{RequestID: "req_1"})
		return fmt.Appendf(nil, `{"is":%q,"status":%d}`, gjson.GetBytes(envelope, "error.code").Str, gjson.GetBytes(envelope, "error.status").Int())
	})
	return r
}

// write writes the pieces, ends the stream, and returns the output.
func (r *recorder) write(tb testing.TB, pieces ...string) string {
	tb.Helper()
	for _, p := range pieces {
		if n, err := r.Write([]byte(p)); n != len(p) || err != nil {
			tb.Fatalf("Write(%q) returned %d, %v", p, n, err)
		}
	}
	r.End()
	return r.out.String()
}

const (
	delta     = `{"id":"c1","object":"chat.completion.chunk","choices":[{"delta":{"content":"{\"error\":{"}}]}`
	overload  = `{"type":"error","error":{"type":"overloaded_error","message":"Come back in a moment."}}`
	noKey     = `{"error":{"message":"No.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}`
	behind    = `{"id":"x","object":"chat.completion.chunk","choices":[],"error":{"code":429,"message":"Slow."}}`
	gemini    = "{\n  \"error\": {\n    \"code\": 503,\n    \"message\": \"Busy.\",\n    \"status\": \"UNAVAILABLE\"\n  }\n}"
	isFull    = `{"is":"MODEL.OVERLOADED","status":503}`
	isNoKey   = `{"is":"AUTH.INVALID_API_KEY","status":401}`
	isBusy    = `{"is":"UPSTREAM.UNAVAILABLE","status":503}`
	isSlow    = `{"is":"RATE_LIMIT.EXCEEDED","status":429}`
	isUnknown = `{"is":"INTERNAL.ERROR","status":500}`
)

// dataLines returns a text as the data lines of an event.
func dataLines(text string) string {
	return "data: " + strings.ReplaceAll(text, "\n", "\ndata: ") + "\n"
}

var streamCases = []struct {
	name     string
	syntax   Syntax
	in, want string // want is empty if it equals in
}{
	{name: "an empty stream"},
	{name: "deltas", in: "data: " + delta + "\n\ndata:" + delta + "\n\ndata: [DONE]\n\n"},
	{name: "an error in the middle", in: "data: " + delta + "\n\ndata: " + noKey + "\n\ndata: [DONE]\n\n",
		want: "data: " + delta + "\n\ndata: " + isNoKey + "\n\ndata: [DONE]\n\n"},
	{name: "an event with the name error", in: "event: message_start\ndata: {\"type\":\"message_start\"}\n\nevent: error\ndata: " + overload + "\n\n",
		want: "event: message_start\ndata: {\"type\":\"message_start\"}\n\nevent: error\ndata: " + isFull + "\n\n"},
	{name: "an event with the name error that no dialect reads", in: "event: error\ndata: unknown\n\ndata: unknown\n\n", want: "event: error\ndata: " + isUnknown + "\n\ndata: unknown\n\n"},
	{name: "an error in an event of another name", in: "event: warning\ndata: " + noKey + "\n\n", want: "event: warning\ndata: " + isNoKey + "\n\n"},
	{name: "the name at the end of the event", in: "data: {\"error\":{\"what\":1}}\nevent: error\n\n", want: "data: " + isUnknown + "\nevent: error\n\n"},
	{name: "the name after the data was passed", in: "data: {\"what\":1}\nevent: error\n\n"},
	{name: "a second name", in: "event: error\nevent: fine\ndata: {\"a\":1}\n\nevent: error\nevent\ndata: {\"a\":1}\n\n"},
	{name: "the name of the previous event", in: "event: error\n\ndata: {\"what\":1}\n\n"},
	{name: "no data", in: "event: error\nid: 7\n\n"},
	{name: "empty data", in: "event: error\ndata\ndata:\n\n", want: "event: error\ndata\ndata: " + isUnknown + "\n\n"},
	{name: "other lines of an event", in: ": hi\nid: 7\nevent:error\nretry: 10\ndata: " + overload + "\nid: 8\n: bye\nodd\n\n",
		want: ": hi\nid: 7\nevent:error\nretry: 10\ndata: " + isFull + "\nid: 8\n: bye\nodd\n\n"},
	{name: "several lines of data", in: dataLines(gemini) + "\n" + dataLines("{\n\"id\": 1}") + "\n", want: "data: " + isBusy + "\n\n" + dataLines("{\n\"id\": 1}") + "\n"},
	{name: "other lines between lines of data", in: "data: {\"error\":\nid: 7\ndata: " + noKey[9:] + "\n\n", want: "data: " + isNoKey + "\nid: 7\n\n"},
	{name: "CRLF", in: strings.ReplaceAll("event: error\n"+dataLines(gemini)+"\ndata: 1\n\n", "\n", "\r\n"), want: "event: error\r\ndata: " + isBusy + "\r\n\r\ndata: 1\r\n\r\n"},
	{name: "CR", in: "data: " + noKey + "\r\rdata: 1\r\r", want: "data: " + isNoKey + "\r\rdata: 1\r\r"},
	{name: "mixed line ends", in: "data: " + noKey + "\r\n\ndata: " + noKey + "\n\r\ndata: " + noKey + "\r\r\n\r\n", want: "data: " + isNoKey + "\r\n\ndata: " + isNoKey + "\n\r\ndata: " + isNoKey + "\r\r\n\r\n"},
	{name: "no space after the colon", in: "data:" + noKey + "\n\n", want: "data: " + isNoKey + "\n\n"},
	{name: "much space after the colon", in: "data:  \t{ \"error\" :" + noKey[9:] + "\n\n", want: "data: " + isNoKey + "\n\n"},
	{name: "a byte order mark", in: "\ufeffdata: " + noKey + "\n\n\ufeffdata: " + noKey + "\n\n", want: "\ufeffdata: " + isNoKey + "\n\n\ufeffdata: " + noKey + "\n\n"},
	{name: "a prefix that is not an error", in: "data: {\"error\":{\"a\":1}}\n\ndata: {\"error\":null,\"b\":2}\n\ndata: {\"error\"\n\ndata: {\"type\":\"error\"\n\n"},
	{name: "an error behind other members", in: "data: " + behind + "\n\ndata: " + delta + "\n\n", want: "data: " + isSlow + "\n\ndata: " + delta + "\n\n"},
	{name: "an error behind long members", in: "data: {\"id\":\"" + strings.Repeat("x", 3000) + "\",\"choices\":[]," + behind[1:] + "\n\n", want: "data: " + isSlow + "\n\n"},
	{name: "an error behind content", in: "data: {\"choices\":[{\"text\":\"Hel\"}]," + noKey[1:] + "\n\n"},
	{name: "members without an error", in: "data: {\"id\":\"x\",\"choices\":[]}\n\ndata: {\"id\":\"x\",\"choices\":[],\"error\":null}\n\n"},
	{name: "several lines of data behind other members", in: "data: {\"id\":\"x\",\ndata: " + behind[1:] + "\n\n", want: "data: " + isSlow + "\n\n"},
	{name: "an error of no dialect", in: "data: {\"error\":{\"message\":\"It broke.\"}}\n\n", want: "data: " + isUnknown + "\n\n"},
	{name: "a result with an error", in: "data: {\"custom_id\":\"7\",\"error\":{\"code\":\"late\",\"message\":\"Late.\"}}\n\n"},
	{name: "similar names", in: "Data: " + noKey + "\n\nDATA\n\ndatas: " + noKey + "\n\ndat: " + noKey + "\n\ndata_of_a_long_name: " + noKey + "\n\n"},
	{name: "the end without a blank line", in: "data: " + noKey, want: "data: " + isNoKey + "\n\n"},
	{name: "the end before a blank line", in: "data: " + noKey + "\r\n", want: "data: " + isNoKey + "\r\n\n"},
	{name: "the end in the middle", in: "data: " + noKey[:30]},
	{name: "the end in the prefix", in: "event: error\ndata: {"},
	{name: "the end before the data", in: "event: error\ndata:"},
	{name: "the end of an event that no dialect reads", in: "event: error\ndata: unkno"},
	{name: "larger than the limit", in: "data: {\"error\":{\"message\":\"" + strings.Repeat("x", MaxFrame) + "\"}}\n\ndata: " + noKey + "\n\n",
		want: "data: {\"error\":{\"message\":\"" + strings.Repeat("x", MaxFrame) + "\"}}\n\ndata: " + isNoKey + "\n\n"},

	{name: "lines", syntax: JSONLines, in: delta + "\n" + noKey + "\n\n" + delta + "\r\n" + noKey + "\r\n", want: delta + "\n" + isNoKey + "\n\n" + delta + "\r\n" + isNoKey + "\r\n"},
	{name: "lines, a text as an error", syntax: JSONLines, in: "{\"model\":\"m\",\"response\":\"Hel\"}\n{\"error\":\"It broke.\"}\n", want: "{\"model\":\"m\",\"response\":\"Hel\"}\n" + isUnknown + "\n"},
	{name: "lines of a log", syntax: JSONLines, in: "{\"level\":\"error\",\"error\":{\"message\":\"Full.\"}}\n{\"id\":1,\"error\":{\"message\":\"Full.\"},\"tries\":3}\n"},
	{name: "lines, an error first", syntax: JSONLines, in: overload + "\n", want: isFull + "\n"},
	{name: "lines, no line end at the end", syntax: JSONLines, in: "{}\n" + noKey, want: "{}\n" + isNoKey + "\n"},
	{name: "lines, the end in the middle", syntax: JSONLines, in: "{}\n" + noKey[:30]},
	{name: "JSON over several lines, as lines", syntax: JSONLines, in: gemini + "\n"},

	{name: "JSON that is lines", syntax: MaybeLines, in: noKey + "\n" + noKey + "\n", want: noKey + "\n" + isNoKey + "\n"},
	{name: "JSON in quotes", syntax: MaybeLines, in: "{\"a\\\"\":\"}\\\\\"} \r\n" + noKey + "\n", want: "{\"a\\\"\":\"}\\\\\"} \r\n" + isNoKey + "\n"},
	{name: "JSON over several lines", syntax: MaybeLines, in: gemini + "\n" + noKey + "\n"},
	{name: "JSON that is not an object", syntax: MaybeLines, in: "[{}]\n" + noKey + "\n"},
	{name: "two values on a line", syntax: MaybeLines, in: "{}{}\n" + noKey + "\n"},
	{name: "a blank line first", syntax: MaybeLines, in: "\n" + noKey + "\n"},
}

// TestFramesAtEveryCut checks that the output depends on the bytes alone, and that
// no byte of a frame that is not an error is buffered until another Write.
func TestFramesAtEveryCut(t *testing.T) {
	e := engine(t)
	for _, c := range streamCases {
		t.Run(c.name, func(t *testing.T) {
			want := c.want
			if want == "" {
				want = c.in
			}
			if got := record(e, c.syntax).write(t, c.in); got != want {
				t.Fatalf("got  %q\nwant %q", got, want)
			}
			for cut := range len(c.in) {
				if cut > 1000 && cut < len(c.in)-1000 && cut != MaxFrame {
					continue // in the middle of a large one
				}
				f := record(e, c.syntax)
				if _, err := f.Write([]byte(c.in[:cut])); err != nil {
					t.Fatal(err)
				}
				out := f.out.String()
				if want == c.in {
					checkBuffered(t, f, c.in[:cut], out)
				}
				if got := f.write(t, c.in[cut:]); got != want || !strings.HasPrefix(got, out) {
					t.Fatalf("cut after %q: got %q", c.in[:cut], got)
				}
			}
			single := make([]string, len(c.in))
			for i := range single {
				single[i] = c.in[i : i+1]
			}
			if got := record(e, c.syntax).write(t, single...); got != want {
				t.Fatalf("byte by byte: got %q", got)
			}
		})
	}
}

// checkBuffered fails if something is buffered that cannot become an error.
func checkBuffered(t *testing.T, r *recorder, in, out string) {
	t.Helper()
	if !strings.HasPrefix(in, out) {
		t.Fatalf("got %q for %q", out, in)
	}
	waits := strings.NewReplacer(" ", "", "\t", "", "\n", "", "\r", "", "data:", "").Replace(in[len(out):])
	if r.marked || waits == "" {
		return
	}
	m := r.prefixes.Matcher()
	for i := range len(waits) {
		switch m.Next([]byte(waits[i : i+1])) {
		case translate.Likely:
			return
		case translate.Unlikely:
			t.Fatalf("%q is buffered, of %q", waits, in)
		}
	}
}

// TestFramesPassInSameWrite checks that a frame that is not an error passes during
// the Write that contains it, and in one piece.
func TestFramesPassInSameWrite(t *testing.T) {
	e := engine(t)
	for _, in := range []string{"data: " + delta + "\n\n", "data: {\"id\":\"x\",\"choices\":[{\"delta\":{\"content\":\"H", "data: {\"response\":\"H", "data: {\"id\":\"x\",\"choices\":[]}\n\n", "data: {\"choices\":[{\"text\":\"H", "data: {\"type\":\"response.output_text.delta\",", "event: ping\ndata: {\"", "event: er", ": hi\n", "data: [DONE]\n\n"} {
		f := record(e, EventStream)
		var writes []string
		f.dst = writerFunc(func(p []byte) (int, error) {
			writes = append(writes, string(p))
			return len(p), nil
		})
		if _, err := f.Write([]byte(in)); err != nil {
			t.Fatal(err)
		}
		want := strings.TrimSuffix(in, " {\"") // may still become an error
		if len(writes) != 1 || writes[0] != want {
			t.Errorf("%q was written as %q", in, writes)
		}
	}
}

// writerFunc is a function as a writer.
type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// TestFramesReturnWriteErrors checks that a client that disconnects ends a stream.
func TestFramesReturnWriteErrors(t *testing.T) {
	f := record(engine(t), EventStream)
	f.dst = writerFunc(func([]byte) (int, error) { return 0, io.ErrClosedPipe })
	if n, err := f.Write([]byte("data: 1\n\n")); n != 0 || err != io.ErrClosedPipe {
		t.Errorf("got %d, %v", n, err)
	}
}

// TestFramesDoNotAllocate checks that a frame that passes allocates no memory, even if
// its first bytes are buffered.
func TestFramesDoNotAllocate(t *testing.T) {
	f := record(engine(t), EventStream)
	f.dst = io.Discard
	first, second := []byte("id: 1\ndata: {\"err"), []byte("and\":1}\n\ndata: "+delta+"\n\n")
	if n := testing.AllocsPerRun(100, func() {
		_, _ = f.Write(first)
		_, _ = f.Write(second)
	}); n != 0 {
		t.Errorf("a frame needs %v allocations", n)
	}
}

// FuzzFrames checks that the output does not depend on how the input is divided, and equals the
// input if nothing was replaced.
func FuzzFrames(f *testing.F) {
	e := engine(f)
	for i, c := range streamCases {
		if len(c.in) < MaxFrame {
			f.Add([]byte(c.in), uint64(i), uint8(c.syntax))
		}
	}
	f.Fuzz(func(t *testing.T, in []byte, seed uint64, s uint8) {
		syntax := Syntax(s % 3)
		whole := record(e, syntax)
		want := whole.write(t, string(in))
		if whole.replaced == 0 && want != string(in) {
			t.Fatalf("nothing was replaced, and %q became %q", in, want)
		}
		random := rand.New(rand.NewPCG(seed, 1))
		var pieces []string
		for rest := string(in); rest != ""; {
			n := min(len(rest), 1+random.IntN(1+random.IntN(40)))
			pieces, rest = append(pieces, rest[:n]), rest[n:]
		}
		if got := record(e, syntax).write(t, pieces...); got != want {
			t.Fatalf("got %q in pieces, %q at once", got, want)
		}
	})
}

// BenchmarkFrames measures a stream of deltas, one frame per Write, with the
// prefixes of `dialect auto`.
func BenchmarkFrames(b *testing.B) {
	prefixes := engine(b).StreamPrefixes()
	w := New(io.Discard, EventStream, &prefixes, nil)
	frame := []byte("data: " + delta + "\n\n")
	b.SetBytes(int64(len(frame)))
	b.ReportAllocs()
	for b.Loop() {
		_, _ = w.Write(frame)
	}
}

func TestSyntaxOf(t *testing.T) {
	for contentType, want := range map[string]struct {
		syntax Syntax
		ok     bool
	}{
		"text/event-stream":                    {EventStream, true},
		"Text/Event-Stream ; charset=utf-8":    {EventStream, true},
		"text/event-stream-not":                {0, false},
		"application/x-ndjson":                 {JSONLines, true},
		"application/JSONL":                    {JSONLines, true},
		"application/json; charset=utf-8":      {MaybeLines, true},
		"application/problem+json":             {0, false},
		"application/vnd.api+json; ext=stream": {0, false},
		"":                                     {0, false},
	} {
		if got, ok := SyntaxOf(contentType); got != want.syntax || ok != want.ok {
			t.Errorf("%q: got %d, %t", contentType, got, ok)
		}
	}
}
