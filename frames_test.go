package koine

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/translate"
)

// framing is a stream under test, and what came out of it.
type framing struct {
	frames
	out      bytes.Buffer
	replaced int
}

// newFraming cuts a stream in that syntax, and says of each error its code and its
// message alone.
func newFraming(h *Handler, s syntax) *framing {
	f := new(framing)
	f.frames = frames{to: &f.out, openings: h.openings, syntax: s}
	f.read = func(data []byte, marked bool) []byte {
		t := h.engine.Acquire()
		defer t.Release()
		if !t.ReadFrame(translate.Response{Status: 200, Body: data}, marked) {
			return nil
		}
		f.replaced++
		envelope := t.AppendCanonical(nil, &h.policy, translate.RenderParams{RequestID: "req_1"})
		return fmt.Appendf(nil, `{"is":%q,"status":%d}`, gjson.GetBytes(envelope, "error.code").Str, gjson.GetBytes(envelope, "error.status").Int())
	}
	f.reset()
	return f
}

// run writes the pieces, and returns what came out.
func (f *framing) run(tb testing.TB, pieces ...string) string {
	tb.Helper()
	for _, p := range pieces {
		if n, err := f.Write([]byte(p)); n != len(p) || err != nil {
			tb.Fatalf("Write(%q) returned %d, %v", p, n, err)
		}
	}
	f.end()
	return f.out.String()
}

const (
	delta     = `{"id":"c1","object":"chat.completion.chunk","choices":[{"delta":{"content":"{\"error\":{"}}]}`
	overload  = `{"type":"error","error":{"type":"overloaded_error","message":"Come back in a moment."}}`
	noKey     = `{"error":{"message":"No.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}`
	gemini    = "{\n  \"error\": {\n    \"code\": 503,\n    \"message\": \"Busy.\",\n    \"status\": \"UNAVAILABLE\"\n  }\n}"
	isFull    = `{"is":"MODEL.OVERLOADED","status":503}`
	isNoKey   = `{"is":"AUTH.INVALID_API_KEY","status":401}`
	isBusy    = `{"is":"UPSTREAM.UNAVAILABLE","status":503}`
	isUnknown = `{"is":"INTERNAL.ERROR","status":500}`
)

// dataLines makes a text the data of an event.
func dataLines(text string) string {
	return "data: " + strings.ReplaceAll(text, "\n", "\ndata: ") + "\n"
}

var streamCases = []struct {
	name     string
	syntax   syntax
	in, want string // want is "" where it is in
}{
	{name: "nothing"},
	{name: "deltas", in: "data: " + delta + "\n\ndata:" + delta + "\n\ndata: [DONE]\n\n"},
	{name: "an error in the middle", in: "data: " + delta + "\n\ndata: " + noKey + "\n\ndata: [DONE]\n\n",
		want: "data: " + delta + "\n\ndata: " + isNoKey + "\n\ndata: [DONE]\n\n"},
	{name: "an event that says so", in: "event: message_start\ndata: {\"type\":\"message_start\"}\n\nevent: error\ndata: " + overload + "\n\n",
		want: "event: message_start\ndata: {\"type\":\"message_start\"}\n\nevent: error\ndata: " + isFull + "\n\n"},
	{name: "that nobody can read", in: "event: error\ndata: out of luck\n\ndata: out of luck\n\n", want: "event: error\ndata: " + isUnknown + "\n\ndata: out of luck\n\n"},
	{name: "that has another name", in: "event: warning\ndata: " + noKey + "\n\n", want: "event: warning\ndata: " + isNoKey + "\n\n"},
	{name: "that says so at the end", in: "data: {\"error\":{\"what\":1}}\nevent: error\n\n", want: "data: " + isUnknown + "\nevent: error\n\n"},
	{name: "that says so too late", in: "data: {\"what\":1}\nevent: error\n\n"},
	{name: "that says so no more", in: "event: error\nevent: fine\ndata: {\"a\":1}\n\nevent: error\nevent\ndata: {\"a\":1}\n\n"},
	{name: "the next one does not", in: "event: error\n\ndata: {\"what\":1}\n\n"},
	{name: "without data", in: "event: error\nid: 7\n\n"},
	{name: "with empty data", in: "event: error\ndata\ndata:\n\n", want: "event: error\ndata\ndata: " + isUnknown + "\n\n"},
	{name: "lines around", in: ": hi\nid: 7\nevent:error\nretry: 10\ndata: " + overload + "\nid: 8\n: bye\nodd\n\n",
		want: ": hi\nid: 7\nevent:error\nretry: 10\ndata: " + isFull + "\nid: 8\n: bye\nodd\n\n"},
	{name: "several lines of data", in: dataLines(gemini) + "\n" + dataLines("{\n\"id\": 1}") + "\n", want: "data: " + isBusy + "\n\n" + dataLines("{\n\"id\": 1}") + "\n"},
	{name: "lines between those of data", in: "data: {\"error\":\nid: 7\ndata: " + noKey[9:] + "\n\n", want: "data: " + isNoKey + "\nid: 7\n\n"},
	{name: "CRLF", in: strings.ReplaceAll("event: error\n"+dataLines(gemini)+"\ndata: 1\n\n", "\n", "\r\n"), want: "event: error\r\ndata: " + isBusy + "\r\n\r\ndata: 1\r\n\r\n"},
	{name: "CR", in: "data: " + noKey + "\r\rdata: 1\r\r", want: "data: " + isNoKey + "\r\rdata: 1\r\r"},
	{name: "mixed line ends", in: "data: " + noKey + "\r\n\ndata: " + noKey + "\n\r\ndata: " + noKey + "\r\r\n\r\n", want: "data: " + isNoKey + "\r\n\ndata: " + isNoKey + "\n\r\ndata: " + isNoKey + "\r\r\n\r\n"},
	{name: "no space", in: "data:" + noKey + "\n\n", want: "data: " + isNoKey + "\n\n"},
	{name: "much space", in: "data:  \t{ \"error\" :" + noKey[9:] + "\n\n", want: "data: " + isNoKey + "\n\n"},
	{name: "a byte order mark", in: "\ufeffdata: " + noKey + "\n\n\ufeffdata: " + noKey + "\n\n", want: "\ufeffdata: " + isNoKey + "\n\n\ufeffdata: " + noKey + "\n\n"},
	{name: "an opening that is no error", in: "data: {\"error\":{\"a\":1}}\n\ndata: {\"error\":null,\"b\":2}\n\ndata: {\"error\"\n\ndata: {\"type\":\"error\"\n\n"},
	{name: "names alike", in: "Data: " + noKey + "\n\nDATA\n\ndatas: " + noKey + "\n\ndat: " + noKey + "\n\ndata_of_a_long_name: " + noKey + "\n\n"},
	{name: "the end without a blank line", in: "data: " + noKey, want: "data: " + isNoKey + "\n\n"},
	{name: "the end before a blank line", in: "data: " + noKey + "\r\n", want: "data: " + isNoKey + "\r\n\n"},
	{name: "the end in the middle", in: "data: " + noKey[:30]},
	{name: "the end in the opening", in: "event: error\ndata: {"},
	{name: "the end before the data", in: "event: error\ndata:"},
	{name: "the end of a frame that nobody can read", in: "event: error\ndata: out of lu"},
	{name: "large", in: "data: {\"error\":{\"message\":\"" + strings.Repeat("x", maxFrame) + "\"}}\n\ndata: " + noKey + "\n\n",
		want: "data: {\"error\":{\"message\":\"" + strings.Repeat("x", maxFrame) + "\"}}\n\ndata: " + isNoKey + "\n\n"},

	{name: "lines", syntax: jsonLines, in: delta + "\n" + noKey + "\n\n" + delta + "\r\n" + noKey + "\r\n", want: delta + "\n" + isNoKey + "\n\n" + delta + "\r\n" + isNoKey + "\r\n"},
	{name: "lines, the first one", syntax: jsonLines, in: overload + "\n", want: isFull + "\n"},
	{name: "lines, the end without one", syntax: jsonLines, in: "{}\n" + noKey, want: "{}\n" + isNoKey + "\n"},
	{name: "lines, the end in the middle", syntax: jsonLines, in: "{}\n" + noKey[:30]},
	{name: "lines that are none", syntax: jsonLines, in: gemini + "\n"},

	{name: "JSON that is lines", syntax: maybeLines, in: noKey + "\n" + noKey + "\n", want: noKey + "\n" + isNoKey + "\n"},
	{name: "JSON in quotes", syntax: maybeLines, in: "{\"a\\\"\":\"}\\\\\"} \r\n" + noKey + "\n", want: "{\"a\\\"\":\"}\\\\\"} \r\n" + isNoKey + "\n"},
	{name: "JSON over several lines", syntax: maybeLines, in: gemini + "\n" + noKey + "\n"},
	{name: "JSON of another kind", syntax: maybeLines, in: "[{}]\n" + noKey + "\n"},
	{name: "two values in a line", syntax: maybeLines, in: "{}{}\n" + noKey + "\n"},
	{name: "a blank line first", syntax: maybeLines, in: "\n" + noKey + "\n"},
}

// TestFramesAtEveryCut holds that what comes out depends on the bytes alone, and
// that no byte of a frame that is no error waits for another Write.
func TestFramesAtEveryCut(t *testing.T) {
	h := provision(t, "streams translate")
	for _, c := range streamCases {
		t.Run(c.name, func(t *testing.T) {
			want := c.want
			if want == "" {
				want = c.in
			}
			if got := newFraming(h, c.syntax).run(t, c.in); got != want {
				t.Fatalf("got  %q\nwant %q", got, want)
			}
			for cut := range len(c.in) {
				if cut > 1000 && cut < len(c.in)-1000 && cut != maxFrame {
					continue // in the middle of a large one
				}
				f := newFraming(h, c.syntax)
				if _, err := f.Write([]byte(c.in[:cut])); err != nil {
					t.Fatal(err)
				}
				out := f.out.String()
				if want == c.in {
					awaited(t, f, c.in[:cut], out)
				}
				if got := f.run(t, c.in[cut:]); got != want || !strings.HasPrefix(got, out) {
					t.Fatalf("cut behind %q: got %q", c.in[:cut], got)
				}
			}
			bytewise := make([]string, len(c.in))
			for i := range bytewise {
				bytewise[i] = c.in[i : i+1]
			}
			if got := newFraming(h, c.syntax).run(t, bytewise...); got != want {
				t.Fatalf("byte by byte: got %q", got)
			}
		})
	}
}

// awaited complains of what is held though it cannot become an error any more.
func awaited(t *testing.T, f *framing, in, out string) {
	t.Helper()
	if !strings.HasPrefix(in, out) {
		t.Fatalf("%q came out of %q", out, in)
	}
	waits := strings.NewReplacer(" ", "", "\t", "", "\n", "", "\r", "", "data:", "").Replace(in[len(out):])
	if f.marked || waits == "" {
		return
	}
	for _, o := range f.openings {
		if strings.HasPrefix(o, waits) || strings.HasPrefix(waits, o) {
			return
		}
	}
	t.Fatalf("%q waits in %q", waits, in)
}

// TestFramesPassInTheirWrite holds that a frame that is no error passes in the one
// Write that brings it, and in one piece.
func TestFramesPassInTheirWrite(t *testing.T) {
	h := provision(t, "streams translate")
	for _, in := range []string{"data: " + delta + "\n\n", "data: {\"choices\":[", "data: {\"type\":\"response.output_text.delta\",", "event: ping\ndata: {\"", "event: er", ": hi\n", "data: [DONE]\n\n"} {
		f := newFraming(h, eventStream)
		var writes []string
		f.to = writerFunc(func(p []byte) (int, error) {
			writes = append(writes, string(p))
			return len(p), nil
		})
		if _, err := f.Write([]byte(in)); err != nil {
			t.Fatal(err)
		}
		want := strings.TrimSuffix(in, " {\"") // may still be an error
		if len(writes) != 1 || writes[0] != want {
			t.Errorf("%q was written as %q", in, writes)
		}
	}
}

// writerFunc is a writer.
type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// TestFramesTellOfABrokenWriter holds that a client that has gone ends a stream.
func TestFramesTellOfABrokenWriter(t *testing.T) {
	f := newFraming(provision(t, "streams translate"), eventStream)
	f.to = writerFunc(func([]byte) (int, error) { return 0, io.ErrClosedPipe })
	if n, err := f.Write([]byte("data: 1\n\n")); n != 0 || err != io.ErrClosedPipe {
		t.Errorf("got %d, %v", n, err)
	}
}

// TestFramesDoNotAllocate holds that a frame that passes costs no memory, also where
// its first bytes have to wait.
func TestFramesDoNotAllocate(t *testing.T) {
	f := newFraming(provision(t, "streams translate"), eventStream)
	f.to = io.Discard
	first, second := []byte("id: 1\ndata: {\"err"), []byte("and\":1}\n\ndata: "+delta+"\n\n")
	if n := testing.AllocsPerRun(100, func() {
		_, _ = f.Write(first)
		_, _ = f.Write(second)
	}); n != 0 {
		t.Errorf("a frame costs %v allocations", n)
	}
}

// FuzzFrames holds that output does not depend on the cuts, and is the input where
// nothing was replaced.
func FuzzFrames(f *testing.F) {
	h := provision(f, "streams translate")
	for i, c := range streamCases {
		if len(c.in) < maxFrame {
			f.Add([]byte(c.in), uint64(i), uint8(c.syntax))
		}
	}
	f.Fuzz(func(t *testing.T, in []byte, seed uint64, s uint8) {
		cut := syntax(s % 3)
		whole := newFraming(h, cut)
		want := whole.run(t, string(in))
		if whole.replaced == 0 && want != string(in) {
			t.Fatalf("nothing was replaced, and %q became %q", in, want)
		}
		random := rand.New(rand.NewPCG(seed, 1))
		var pieces []string
		for rest := string(in); rest != ""; {
			n := min(len(rest), 1+random.IntN(1+random.IntN(40)))
			pieces, rest = append(pieces, rest[:n]), rest[n:]
		}
		if got := newFraming(h, cut).run(t, pieces...); got != want {
			t.Fatalf("in pieces %q came out, in one %q", got, want)
		}
	})
}

// BenchmarkFrames is a stream of deltas, one frame a Write.
func BenchmarkFrames(b *testing.B) {
	f := newFraming(provision(b, "streams translate"), eventStream)
	f.to = io.Discard
	frame := []byte("data: " + delta + "\n\n")
	b.SetBytes(int64(len(frame)))
	b.ReportAllocs()
	for b.Loop() {
		_, _ = f.Write(frame)
	}
}
