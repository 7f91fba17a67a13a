package translate

import "strings"

// Locales are the languages of a site. It is immutable.
type Locales struct {
	list []*Locale // the default first

	// The ranges that each language answers to, by the two letters of the language.
	ranges [26 * 26][]languageRange
	others []languageRange // of languages with three letters
}

// languageRange is a range of languages (RFC 4647 section 2.1), and the locale for it.
type languageRange struct {
	language string // in lower case
	rest     string // what follows, in lower case: "" or -br
	locale   int
}

// Default returns the locale of clients whose languages the site does not have.
func (l *Locales) Default() *Locale { return l.list[0] }

// Tags returns the languages, the default first.
func (l *Locales) Tags() []string {
	tags := make([]string, len(l.list))
	for i, one := range l.list {
		tags[i] = one.tag
	}
	return tags
}

// maxLocales bounds the languages that a header can refuse.
const maxLocales = 64

// index prepares the ranges. A language answers to its own tag and to all that begin
// with it and that no other language answers to; then, if no other does, to what its own
// tag begins with: pt-BR to pt, and so to pt-PT.
func (l *Locales) index() {
	for i, one := range l.list {
		l.addRange(strings.ToLower(one.tag), i)
	}
	for i, one := range l.list {
		for _, name := range otherNames[strings.ToLower(one.tag)] {
			l.addRange(name, i)
		}
	}
	for i, one := range l.list {
		tag := strings.ToLower(one.tag)
		if strings.HasPrefix(tag, "zh") {
			continue // otherNames says whether zh alone is meant
		}
		for n := strings.LastIndexByte(tag, '-'); n > 0; n = strings.LastIndexByte(tag[:n], '-') {
			l.addRange(tag[:n], i)
		}
	}
}

// otherNames are the ranges to which a language with a script answers, too: Chinese is
// requested by region.
var otherNames = map[string][]string{
	"zh-hans": {"zh-cn", "zh-sg", "zh-my", "zh"},
	"zh-cn":   {"zh-hans", "zh-sg", "zh-my", "zh"},
	"zh":      {"zh-hans", "zh-cn", "zh-sg", "zh-my"},
	"zh-hant": {"zh-tw", "zh-hk", "zh-mo"},
	"zh-tw":   {"zh-hant", "zh-hk", "zh-mo"},
}

// addRange adds a range to which a locale answers, unless another does.
func (l *Locales) addRange(name string, locale int) {
	language, _, _ := strings.Cut(name, "-")
	one := languageRange{language, name[len(language):], locale}
	ranges := l.rangesOf(language)
	at := 0
	for i, r := range *ranges {
		if r.language == language && r.rest == one.rest {
			return
		}
		if len(r.rest) >= len(one.rest) {
			at = i + 1 // more specific ones first
		}
	}
	*ranges = append((*ranges)[:at], append([]languageRange{one}, (*ranges)[at:]...)...)
}

// rangesOf returns the ranges among which those of a language are; nil for what is no
// language.
func (l *Locales) rangesOf(language string) *[]languageRange {
	switch {
	case len(language) == 2 && isLetter(language[0]) && isLetter(language[1]):
		return &l.ranges[int(language[0]|0x20-'a')*26+int(language[1]|0x20-'a')]
	case len(language) == 3:
		return &l.others
	}
	return nil
}

// Of an Accept-Language header, maxLanguages bytes are read. Browsers send 60.
const maxLanguages = 1024

// Choose returns the locale that a client prefers by its Accept-Language header, given as
// its lines, by the lookup of RFC 4647 section 3.4: the language with the highest quality
// that the site has, the first of several. A range is shortened until it names one. If
// there is none, it is the default.
func (l *Locales) Choose(acceptLanguage []string) *Locale {
	if len(l.list) == 1 {
		return l.list[0]
	}
	s := languageSearch{locales: l}
	if s.readAll(acceptLanguage); s.excluded != 0 && s.isExcluded(s.best) {
		s.best, s.quality, s.again = 0, 0, true
		s.readAll(acceptLanguage)
	}
	return l.list[s.best]
}

// languageSearch is what was found in an Accept-Language header.
type languageSearch struct {
	locales  *Locales
	best     int    // the locale with the highest quality, so far
	quality  uint16 // in thousandths
	excluded uint64 // the locales with the quality 0, as a set
	again    bool   // excluded is complete
}

func (s *languageSearch) isExcluded(locale int) bool {
	return locale < maxLocales && s.excluded&(1<<locale) != 0
}

// readAll reads a header.
func (s *languageSearch) readAll(lines []string) {
	left := maxLanguages
	for _, line := range lines {
		line = line[:min(len(line), left)]
		left -= len(line)
		for line != "" {
			line = s.read(line)
			if s.quality == 1000 && len(lines) == 1 && (s.again || !mayExclude(line)) {
				return // nothing is preferred to it
			}
		}
	}
}

// mayExclude reports whether a list may have an element with the quality 0.
func mayExclude(list string) bool {
	for {
		i := strings.IndexByte(list, '=')
		if i < 0 {
			return false
		}
		if list = list[i+1:]; len(list) < 3 || list[0] != '0' || list[1] != '.' || list[2] < '1' || list[2] > '9' {
			return true
		}
	}
}

// read reads one range at the beginning of a line, and returns the rest of the line.
func (s *languageSearch) read(line string) (rest string) {
	for line != "" && (line[0] == ' ' || line[0] == '\t' || line[0] == ',') {
		line = line[1:]
	}
	end := indexDelimiter(line)
	name, quality := line[:end], uint16(1000)
	rest = line[min(end+1, len(line)):]
	if end < len(line) && line[end] == ';' {
		if q, n := shortQuality(rest); n > 0 {
			quality, rest = q, rest[n:]
		} else {
			quality, rest = languageQuality(rest)
		}
	}
	locale, exact := s.locales.lookup(trimSpace(name))
	switch {
	case locale < 0:
	case quality == 0:
		if exact && locale < maxLocales { // a region that is refused does not refuse the language
			s.excluded |= 1 << locale
		}
	case quality > s.quality && !(s.again && s.isExcluded(locale)):
		s.best, s.quality = locale, quality
	}
	return rest
}

// languageQuality reads the weight of a range, and returns what follows the range.
func languageQuality(parameters string) (quality uint16, rest string) {
	if end := strings.IndexByte(parameters, ','); end >= 0 {
		parameters, rest = parameters[:end], parameters[end+1:]
	}
	parameters = trimSpace(parameters)
	if len(parameters) > 1 && parameters[0]|0x20 == 'q' && parameters[1] == '=' {
		return readQuality(parameters[2:]), rest
	}
	return 1000, rest
}

// lookup returns the locale that a range names, and whether the range is not longer than
// what the locale answers to; -1 if there is none.
func (l *Locales) lookup(name string) (locale int, exact bool) {
	end := min(len(name), 3)
	if len(name) > 2 && name[2] == '-' {
		end = 2
	} else if len(name) > 3 && name[3] != '-' {
		return -1, false
	}
	ranges := l.rangesOf(name[:end])
	if ranges == nil {
		return -1, false
	}
	for i := range *ranges {
		r := &(*ranges)[i]
		rest := name[end:]
		if len(rest) < len(r.rest) || !equalFold(r.language, name[:end]) || !hasPrefixFold(rest, r.rest) {
			continue
		}
		if len(rest) > len(r.rest) && rest[len(r.rest)] != '-' {
			continue
		}
		if r.rest == "" && r.language == "zh" && isTraditional(rest) {
			continue // Simplified is another script
		}
		return r.locale, len(rest) == len(r.rest)
	}
	return -1, false
}

// isTraditional reports whether the subtags of Chinese name Traditional characters, or a
// region that writes them.
func isTraditional(subtags string) bool {
	for part := range strings.SplitSeq(subtags, "-") {
		switch strings.ToLower(part) {
		case "hant", "tw", "hk", "mo":
			return true
		case "hans":
			return false
		}
	}
	return false
}
