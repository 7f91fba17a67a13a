package translate_test

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"

	"github.com/koine-proxy/koine/dialect"
)

// encode returns a text in an encoding.
func encode(t *testing.T, e encoding.Encoding, s string) string {
	t.Helper()
	out, err := e.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestCharset(t *testing.T) {
	const body = `{"m":"Zu spät, né?"}`
	const chinese = `{"m":"请求无效"}`
	const page = `<?xml version="1.0" encoding="%"?><m>Zu spät</m>`
	utf16le, utf16be := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	utf32le, utf32be := utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)
	declared := func(name string) string { return strings.Replace(page, "%", name, 1) }
	for _, c := range []struct{ about, media, body, want string }{
		{"UTF-8", "application/json", body, body},
		{"UTF-8, declared", "application/json; charset=utf-8", body, body},
		{"UTF-8 with a byte order mark", "application/json", "\xef\xbb\xbf" + body, body},
		{"UTF-8 with two byte order marks", "application/json", "\xef\xbb\xbf\xef\xbb\xbf" + body, body},
		{"UTF-8 with a byte order mark after white space", "application/json", "\xef\xbb\xbf \n" + body, body},
		{"UTF-8 declared as Latin-1", "application/json; charset=iso-8859-1", body, body},
		{"UTF-8 declared as UTF-16", "application/json; charset=utf-16", body, body},
		{"ASCII declared as GBK", "application/json; charset=gbk", `{"m":"late"}`, `{"m":"late"}`},

		{"UTF-16, little-endian, with a byte order mark", "application/json", "\xff\xfe" + encode(t, utf16le, body), body},
		{"UTF-16, big-endian, with a byte order mark", "application/json", "\xfe\xff" + encode(t, utf16be, body), body},
		{"UTF-16, little-endian", "application/json", encode(t, utf16le, body), body},
		{"UTF-16, big-endian", "application/json", encode(t, utf16be, body), body},
		{"UTF-16 declared as UTF-8", "application/json; charset=utf-8", encode(t, utf16le, body), body},
		{"UTF-16 of other scripts, with a byte order mark", "application/json", "\xff\xfe" + encode(t, utf16le, chinese), chinese},
		{"UTF-32, little-endian, with a byte order mark", "application/json", "\xff\xfe\x00\x00" + encode(t, utf32le, body), body},
		{"UTF-32, big-endian, with a byte order mark", "application/json", "\x00\x00\xfe\xff" + encode(t, utf32be, body), body},
		{"UTF-32, little-endian", "application/json", encode(t, utf32le, body), body},
		{"UTF-32, big-endian", "application/json", encode(t, utf32be, body), body},

		{"ISO-8859-1", "application/json; charset=ISO-8859-1", encode(t, charmap.ISO8859_1, body), body},
		{"ISO-8859-1 by another name, in quotes", `application/json; charset="latin1"`, encode(t, charmap.ISO8859_1, body), body},
		{"Windows-1252", "application/json; charset=windows-1252", encode(t, charmap.Windows1252, `{"m":"“spät” – 5 €"}`), `{"m":"“spät” – 5 €"}`},
		{"Latin-1 is read as Windows-1252, as in browsers", "application/json; charset=iso-8859-1", encode(t, charmap.Windows1252, `{"m":"5 €"}`), `{"m":"5 €"}`},
		{"KOI8-R", "application/json; charset=koi8-r", encode(t, charmap.KOI8R, `{"m":"Поздно"}`), `{"m":"Поздно"}`},
		{"GBK", "application/json; charset=GBK", encode(t, simplifiedchinese.GBK, chinese), chinese},
		{"GB2312, which is GBK", "application/json; charset=gb2312", encode(t, simplifiedchinese.GBK, chinese), chinese},
		{"Shift JIS", "application/json; charset=Shift_JIS", encode(t, japanese.ShiftJIS, `{"m":"表示できない"}`), `{"m":"表示できない"}`},

		{"by the declaration of XML", "application/xml", encode(t, charmap.ISO8859_1, declared("ISO-8859-1")), `{"m":"Zu spät"}`},
		{"by the declaration of XML, in single quotes", "application/xml", encode(t, charmap.ISO8859_1, strings.ReplaceAll(declared("ISO-8859-1"), `"`, "'")), `{"m":"Zu spät"}`},
		{"a wrong declaration of XML", "application/xml", declared("ISO-8859-1"), `{"m":"Zu spät"}`},
		{"the media type, before the declaration", "application/xml; charset=koi8-r", encode(t, charmap.KOI8R, `<?xml version="1.0" encoding="ISO-8859-1"?><m>Поздно</m>`), `{"m":"Поздно"}`},
		{"a byte order mark, before both", "application/xml; charset=koi8-r", "\xff\xfe" + encode(t, utf16le, declared("ISO-8859-1")), `{"m":"Zu spät"}`},
		{"a page, by its meta element", "text/html", encode(t, charmap.Windows1252, `<html><meta charset="windows-1252"><p>spät</p></html>`), `{"p":"spät","text":"spät"}`},
		{"a page, by its older meta element", "text/html", encode(t, charmap.Windows1252, `<html><meta http-equiv=Content-Type content="text/html; charset=windows-1252"><p>spät</p></html>`), `{"p":"spät","text":"spät"}`},

		{"an unknown charset", "text/plain; charset=acme-1", encode(t, charmap.ISO8859_1, "spät"), "{\"text\":\"sp\ufffdt\"}"},
		{"a charset that is refused", "text/plain; charset=iso-2022-kr", encode(t, charmap.ISO8859_1, "spät"), "{\"text\":\"sp\ufffdt\"}"},
		{"no charset", "text/plain", encode(t, charmap.ISO8859_1, "ä spät"), "{\"text\":\"\ufffd sp\ufffdt\"}"},
	} {
		t.Run(c.about, func(t *testing.T) {
			if f, doc := readDocument(c.media, c.body); f == dialect.FormatEmpty || doc != c.want {
				t.Errorf("%q is %s %s, want %s", c.body, f, doc, c.want)
			}
		})
	}
}
