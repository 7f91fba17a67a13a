package storetest

import (
	"bufio"
	"io"
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// Stage is when a hostile server begins to answer wrongly.
type Stage string

// The stages of a connection.
const (
	AtStart        Stage = "at start"            // the first reply
	AfterHandshake Stage = "after the handshake" // the first reply after the greeting
	InTheMiddle    Stage = "in the middle"       // when the test calls Misbehave
	InCluster      Stage = "in a cluster"        // the first decision, of the only node of a cluster
)

// HostileServer speaks enough of the protocol of Redis for a client to trust it, and then
// answers every command in one wrong way.
type HostileServer struct {
	net.Listener
	reply     HostileReply
	Stage     Stage
	misbehave atomic.Bool
}

// StartHostile starts a server until the end of the test.
func StartHostile(t testing.TB, reply HostileReply, stage Stage) *HostileServer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return ServeHostile(l, reply, stage)
}

// ServeHostile starts a server on a listener.
func ServeHostile(l net.Listener, reply HostileReply, stage Stage) *HostileServer {
	s := &HostileServer{Listener: l, reply: reply, Stage: stage}
	go s.accept()
	return s
}

// URL returns the address of the server for a store.
func (s *HostileServer) URL() string { return "redis://" + s.Addr().String() }

// Misbehave ends the correct answers of the stage InTheMiddle.
func (s *HostileServer) Misbehave() { s.misbehave.Store(true) }

func (s *HostileServer) accept() {
	for {
		c, err := s.Accept()
		if err != nil {
			return
		}
		go s.serve(c)
	}
}

func (s *HostileServer) serve(c net.Conn) {
	defer c.Close()
	if s.Stage == AtStart || s.misbehave.Load() {
		_, _ = io.WriteString(c, s.reply.greeting)
	}
	in := bufio.NewReader(c)
	for {
		command, err := readCommand(in)
		if err != nil {
			return
		}
		if s.isCorrect(command[0]) {
			_, err = io.WriteString(c, s.correctReply(command))
		} else {
			err = s.reply.send(c)
		}
		if err != nil {
			return
		}
	}
}

func (s *HostileServer) isCorrect(command string) bool {
	switch s.Stage {
	case AtStart:
		return false
	case AfterHandshake:
		return command == "HELLO" || command == "CLIENT"
	case InCluster:
		return command != "EVALSHA" && command != "EVAL"
	}
	return !s.misbehave.Load()
}

// readCommand reads an array of strings.
func readCommand(in *bufio.Reader) (words []string, err error) {
	n, err := readLength(in)
	for range n {
		var size int
		if size, err = readLength(in); err != nil {
			return nil, err
		}
		word := make([]byte, size+2)
		if _, err = io.ReadFull(in, word); err != nil {
			return nil, err
		}
		words = append(words, string(word[:size]))
	}
	if len(words) == 0 {
		return []string{""}, err
	}
	return words, err
}

func readLength(in *bufio.Reader) (int, error) {
	line, err := in.ReadString('\n')
	if err != nil || len(line) < 3 {
		return 0, io.ErrUnexpectedEOF
	}
	return strconv.Atoi(strings.TrimSpace(line[1:]))
}

// correctReply is the reply of a server whose keys never fill.
func (s *HostileServer) correctReply(command []string) string {
	switch command[0] {
	case "HELLO":
		return "%2\r\n$7\r\nversion\r\n$5\r\n7.0.0\r\n$5\r\nproto\r\n:3\r\n"
	case "CLUSTER":
		if s.Stage == InCluster {
			port := s.Addr().(*net.TCPAddr).Port
			return "*1\r\n*3\r\n:0\r\n:16383\r\n*3\r\n$9\r\n127.0.0.1\r\n:" + strconv.Itoa(port) + "\r\n$2\r\nid\r\n"
		}
		return "-ERR This instance has cluster support disabled\r\n"
	case "EVALSHA", "EVAL":
		keys, _ := strconv.Atoi(command[2])
		return "*" + strconv.Itoa(3*keys) + "\r\n" + strings.Repeat(":1\r\n:0\r\n:0\r\n", keys)
	case "PING":
		return "+PONG\r\n"
	}
	return "+OK\r\n"
}

// HostileReply is a way to answer wrongly.
type HostileReply struct {
	Name     string
	greeting string // what is sent before any command
	send     func(net.Conn) error
}

const (
	hugeReply  = 64 << 20
	dripPeriod = 20 * time.Millisecond
)

// HostileReplies returns malformed, huge and slow replies.
func HostileReplies() (all []HostileReply) {
	for _, r := range hostileTexts {
		all = append(all, HostileReply{Name: r.name, send: sendText(r.text)})
	}
	for _, r := range hostileFloods {
		all = append(all, HostileReply{Name: r.name, send: sendFlood(r.begin, r.repeat)})
	}
	return append(all,
		HostileReply{Name: "closed", send: func(net.Conn) error { return io.EOF }},
		HostileReply{Name: "no reply", send: func(net.Conn) error { return nil }},
		HostileReply{Name: "byte by byte, without end", send: drip(strings.Repeat("+", 10_000))},
		HostileReply{Name: "a correct decision, byte by byte", send: drip("*3\r\n:1\r\n:0\r\n:0\r\n")},
		HostileReply{Name: "replies before commands", greeting: "+OK\r\n+OK\r\n", send: sendText("+OK\r\n")},
		HostileReply{Name: "greeting of another protocol", greeting: "220 mail.example.com ESMTP\r\n", send: sendText("502 \r\n")},
		HostileReply{Name: "a decision before commands", greeting: "*3\r\n:1\r\n:0\r\n:0\r\n", send: func(net.Conn) error { return io.EOF }},
	)
}

var hostileTexts = []struct{ name, text string }{
	{"huge array", "*2147483647\r\n"},
	{"huge map", "%2147483647\r\n"},
	{"huge set", "~2147483647\r\n"},
	{"huge push", ">2147483647\r\n"},
	{"huge attribute", "|2147483647\r\n"},
	{"huge string", "$2147483647\r\nabc"},
	{"huge verbatim string", "=2147483647\r\ntxt:"},
	{"huge error", "!2147483647\r\nERR"},
	{"array length of 63 bits", "*9223372036854775807\r\n"},
	{"array length of 70 bits", "*999999999999999999999\r\n"},
	{"map length that doubles to a negative", "%4611686018427387904\r\n"},
	{"negative array", "*-5\r\n"},
	{"negative map", "%-1\r\n"},
	{"negative set", "~-2\r\n"},
	{"negative push", ">-3\r\n"},
	{"negative string", "$-7\r\n"},
	{"negative verbatim string", "=-7\r\n"},
	{"arrays that multiply", strings.Repeat("*100000\r\n", 8)},
	{"array length without a number", "*\r\n"},
	{"array length with a sign", "*+3\r\n"},
	{"number with letters", ":abc\r\n"},
	{"number without digits", ":\r\n"},
	{"boolean", "#x\r\n"},
	{"unknown type", "@OK\r\n"},
	{"empty line", "\r\n"},
	{"line feed alone", "+OK\n"},
	{"string with another length", "$1\r\nabcdef\r\n"},
	{"chunked string", "$?\r\n;2147483647\r\nabc"},
	{"chunked string, negative", "$?\r\n;-5\r\nabc"},
	{"null", "_\r\n"},
	{"null array", "*-1\r\n"},
	{"null string", "$-1\r\n"},
	{"empty array", "*0\r\n"},
	{"empty push", ">0\r\n"},
	{"subscription", ">3\r\n$9\r\nsubscribe\r\n$1\r\nx\r\n:1\r\n"},
	{"invalidation", ">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nx\r\n"},
	{"message", ">3\r\n$7\r\nmessage\r\n$1\r\nx\r\n$1\r\ny\r\n"},
	{"queued", "+QUEUED\r\n"},
	{"two replies", "+OK\r\n+OK\r\n"},
	{"half a reply", "*3\r\n:1\r\n"},
	{"redirection without a slot", "-MOVED\r\n"},
	{"redirection without an address", "-MOVED 1\r\n"},
	{"redirection to nowhere", "-MOVED 1 127.0.0.1:1\r\n"},
	{"ask without a slot", "-ASK\r\n"},
	{"ask without an address", "-ASK 1\r\n"},
	{"redirect without an address", "-REDIRECT\r\n"},
	{"loading", "-LOADING Redis is loading the dataset in memory\r\n"},
	{"wrong type", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"},
	{"no permission", "-NOPERM this user has no permissions\r\n"},
	{"no script", "-NOSCRIPT No matching script\r\n"},
	{"error without a text", "-\r\n"},
	{"debt below zero", "*3\r\n:1\r\n:-5\r\n:0\r\n"},
	{"debt above the window", "*3\r\n:1\r\n:9223372036854775807\r\n:0\r\n"},
	{"part above the quota", "*3\r\n:1\r\n:0\r\n:9223372036854775807\r\n"},
	{"decision that is neither", "*3\r\n:7\r\n:0\r\n:0\r\n"},
	{"refusal of a complete quota", "*3\r\n:0\r\n:0\r\n:0\r\n"},
	{"decision of words", "*3\r\n+yes\r\n+no\r\n+maybe\r\n"},
	{"decision of arrays", "*3\r\n*0\r\n*0\r\n*0\r\n"},
	{"two numbers", "*2\r\n:1\r\n:0\r\n"},
	{"four numbers", "*4\r\n:1\r\n:0\r\n:0\r\n:0\r\n"},
	{"a page", "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"},
	{"an alert of TLS", "\x15\x03\x01\x00\x02\x02\x46"},
	{"slots of a cluster that does not exist", "*1\r\n*3\r\n:0\r\n:16383\r\n*3\r\n$9\r\n127.0.0.1\r\n:1\r\n$2\r\nid\r\n"},
	{"slots out of range", "*1\r\n*3\r\n:-9\r\n:99999999\r\n*3\r\n$0\r\n\r\n:-1\r\n$2\r\nid\r\n"},
}

// hostileFloods are repeated until there are hugeReply bytes.
var hostileFloods = []struct{ name, begin, repeat string }{
	{"line without end", "+", "aaaaaaaaaaaaaaaa"},
	{"error without end", "-ERR ", "aaaaaaaaaaaaaaaa"},
	{"number without end", ":", "1111111111111111"},
	{"length without end", "*", "0000000000000000"},
	{"nested without end", "", "*1\r\n*1\r\n*1\r\n*1\r\n"},
	{"nested maps without end", "", "%1\r\n+k\r\n"},
	{"attributes without end", "", "|1\r\n+k\r\n+v\r\n"},
	{"chunks without end", "$?\r\n", ";4\r\nabcd\r\n"},
	{"elements without end", "*?\r\n", ":1\r\n:1\r\n:1\r\n"},
	{"replies without end", "", "+OK\r\n+OK\r\n+OK\r\n"},
	{"pushes without end", "", ">2\r\n+a\r\n+b\r\n"},
	{"zero bytes", "", "\x00\x00\x00\x00\x00\x00\x00\x00"},
	{"a string of the length it says", "$67108864\r\n", "aaaaaaaaaaaaaaaa"},
}

func sendText(text string) func(net.Conn) error {
	return func(c net.Conn) error {
		_, err := io.WriteString(c, text)
		return err
	}
}

func sendFlood(begin, repeat string) func(net.Conn) error {
	block := strings.Repeat(repeat, 1<<12)
	return func(c net.Conn) error {
		_, err := io.WriteString(c, begin)
		for sent := 0; sent < hugeReply && err == nil; sent += len(block) {
			_, err = io.WriteString(c, block)
		}
		return err
	}
}

// drip sends a byte at a time.
func drip(text string) func(net.Conn) error {
	return func(c net.Conn) error {
		tick := time.NewTicker(dripPeriod)
		defer tick.Stop()
		for i := range len(text) {
			<-tick.C
			if _, err := io.WriteString(c, text[i:i+1]); err != nil {
				return err
			}
		}
		return nil
	}
}
