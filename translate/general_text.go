package translate

import "strings"

// wholeLine returns a text in one line: white space is folded, and the lines of a stack
// trace are left out.
func wholeLine(text string) string {
	if strings.IndexByte(text, '\n') < 0 && !strings.Contains(text, "  ") {
		return text
	}
	if text = strings.TrimSpace(text); strings.HasPrefix(text, "Traceback (") {
		return collapseSpace(text[strings.LastIndexByte(text, '\n')+1:]) // Python tells the error in the last line
	}
	for end := 0; ; {
		next := strings.IndexByte(text[end:], '\n')
		if next < 0 {
			return collapseSpace(text)
		}
		end += next + 1
		if isFrame(text[end:]) {
			return collapseSpace(text[:end])
		}
	}
}

// isFrame reports whether a line is one of a stack trace.
func isFrame(line string) bool {
	i := 0
	for i < len(line) && (line[i] == ' ' || line[i] == '\t') {
		i++
	}
	if line = line[i:]; line == "" {
		return false
	}
	start := ""
	switch line[0] {
	case 'a':
		start = "at "
	case 'F':
		start = "File \""
	case '#':
		start = "#0 "
	case 'f':
		start = "from "
	case '*':
		start = "***"
	case 'g':
		start = "goroutine "
	case 'C':
		start = "Caused by"
	}
	return start != "" && strings.HasPrefix(line, start)
}

// chooseText reads a text.
func (g *general) chooseText() {
	g.clear()
	if len(g.members) == 0 {
		return
	}
	if len(g.members) > 1 { // a form, or JSON behind other text
		g.choose()
		return
	}
	p := place{words: wordError | wordText}
	g.offerText(0, &p, g.members[0].value.Str)
}

// withoutLabel returns the words of "reason: words", if the first word is a name of a
// message.
func (g *general) withoutLabel(text string) string {
	if end := strings.IndexByte(text, ':'); end > 0 && end < 20 && strings.IndexByte(text[:end], ' ') < 0 && g.lexicon.lookup(text[:end])&(wordText|wordMessage|wordKind) != 0 {
		return strings.TrimSpace(text[end+1:])
	}
	return text
}

// maxLines bounds the lines of a text that are read as names and values.
const maxLines = 64

// appendLines appends lines of "name: value" as a JSON object. At least two of the names
// must be known, and every line must have one.
func (g *general) appendLines(dst []byte, text string) (doc []byte, ok bool) {
	dst = append(dst, '{')
	lines, known := 0, 0
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		end := strings.IndexAny(line, ":=")
		if lines++; end <= 0 || end > maxName/2 || strings.Count(line[:end], " ") > 2 || lines > maxLines {
			return dst, false
		}
		if g.lexicon.lookup(line[:end])&(strong|wordStatus|wordText|wordSuccess) != 0 {
			known++
		}
		dst = appendString(appendMember(dst, line[:end]), strings.TrimSpace(line[end+1:]))
	}
	return append(dst, '}'), known >= 2
}
