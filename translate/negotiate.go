package translate

import "strings"

// maxOffers bounds the media types among which a client can choose.
const maxOffers = 16

// Offers are the media types that a server can send, in the order of its preference,
// prepared for Choose. It is immutable.
type Offers struct {
	list     []offer
	buckets  [64]uint8 // the position after that of the first element of list by bucketOf
	fallback int       // the offer for clients without a preference
	frequent map[string]int
}

// frequentAccept are the headers of current browsers and of frequent libraries. What
// they prefer is prepared.
var frequentAccept = []string{
	"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7", // Chromium
	"text/html,application/xhtml+xml,application/xml;q=0.9,image/jxl,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7",
	"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", // Firefox, Safari
	"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/png,image/svg+xml,*/*;q=0.8",
	"application/json, text/plain, */*", // axios
	"application/json",
}

// offer is one media type, or another name of one.
type offer struct {
	mediaType string // in lower case
	index     int    // of the offer
	isPage    bool   // HTML: for people, never for programs
	next      uint8  // as in buckets: the next offer of the same bucket
}

// NewOffers prepares media types in lower case, without parameters, for Choose. Those
// after the first 15 are never chosen.
func NewOffers(mediaTypes ...string) *Offers {
	o := &Offers{fallback: -1}
	for i, mediaType := range mediaTypes[:min(len(mediaTypes), maxOffers-1)] {
		isPage := mediaType == MediaTypeHTML
		o.add(offer{mediaType: mediaType, index: i, isPage: isPage})
		if isPage {
			o.add(offer{mediaType: mediaTypeXHTML, index: i, isPage: isPage})
		} else if o.fallback < 0 {
			o.fallback = i
		}
	}
	o.fallback = max(o.fallback, 0)
	o.frequent = make(map[string]int, len(frequentAccept))
	for _, accept := range frequentAccept {
		o.frequent[accept] = o.choose([]string{accept})
	}
	return o
}

func (o *Offers) add(one offer) {
	if len(o.list) == maxOffers {
		return
	}
	bucket := &o.buckets[bucketOf(one.mediaType)]
	one.next = *bucket
	o.list = append(o.list, one)
	*bucket = uint8(len(o.list))
}

// bucketOf returns the bucket of a media type, which is not empty: few names share one.
func bucketOf(name string) int { return (len(name)<<2 ^ int(name[len(name)-1]|0x20)) & 63 }

// Choose returns the index of the media type that a client prefers by its Accept header
// (RFC 9110 section 12.5.1), given as the lines of the header. The one with the highest
// quality is chosen, the first of several. If none is acceptable, the error is sent
// nevertheless: as the nearest type, or else the first that the client does not refuse.
//
// HTML is for people. It is never chosen for a client that does not name it, as */*
// does not. Among equal qualities it is chosen where the client names no other offer:
// some browsers accept everything equally.
func (o *Offers) Choose(accept []string) int {
	if len(accept) == 0 {
		return o.fallback
	}
	if len(accept) == 1 {
		if accept[0] == anyType {
			return o.fallback
		}
		if i, ok := o.frequent[accept[0]]; ok {
			return i
		}
	}
	return o.choose(accept)
}

// choose is Choose for any header.
func (o *Offers) choose(accept []string) int {
	var r ratings
	for a := (acceptReader{lines: accept}); a.next(); {
		o.rate(&r, &a.mediaRange)
	}
	c := o.choices(&r)
	switch {
	case c.quality == 0 && c.pageQuality == 0:
		return o.nearest(&r, accept)
	case c.pageQuality > c.quality:
		return c.page
	case c.pageQuality < c.quality || !c.pageIsNamed:
		return c.best
	case c.named >= 0:
		return c.named
	}
	return c.page
}

// anyType is the range of all media types. Most programs send it.
const anyType = "*/*"

// How precisely a range includes a media type.
const (
	notIncluded = iota
	byAnything  // */*
	byTopLevel  // text/*
	byName
)

// rating is what a client says about one offer.
type rating struct {
	quality   uint16 // in thousandths
	precision uint8  // of the most precise range that includes it
}

// ratings has the rating of each element of Offers.list.
type ratings [maxOffers]rating

// rate adds one range to the ratings. One with parameters includes no offer: they have
// none.
func (o *Offers) rate(r *ratings, entry *mediaRange) {
	name := entry.name
	last := name[len(name)-1]
	if last == '*' {
		o.rateMany(r, entry)
		return
	}
	for i := o.buckets[bucketOf(name)]; i > 0 && !entry.hasParameters; i = o.list[i-1].next {
		if equalFold(o.list[i-1].mediaType, name) {
			r[i-1].set(entry.quality, byName)
		}
	}
}

// rateMany adds a range with a wildcard.
func (o *Offers) rateMany(r *ratings, entry *mediaRange) {
	topLevel := entry.name[:len(entry.name)-1]
	precision := uint8(byTopLevel)
	switch {
	case topLevel == "*/", topLevel == "": // * is sent by Java
		topLevel, precision = "", byAnything
	case !strings.HasSuffix(topLevel, "/"), entry.hasParameters:
		return
	}
	for i := range o.list {
		if hasPrefixFold(o.list[i].mediaType, topLevel) {
			r[i].set(entry.quality, precision)
		}
	}
}

func (r *rating) set(quality uint16, precision uint8) {
	if precision > r.precision {
		*r = rating{quality, precision}
	}
}

// choices are the offers among which Choose decides.
type choices struct {
	best, named int    // the first with the highest quality that is no page; of those that the client names, or -1
	quality     uint16 // of both

	page        int
	pageQuality uint16 // 0 if there is none for this client
	pageIsNamed bool
}

func (o *Offers) choices(r *ratings) choices {
	c := choices{named: -1}
	for i := range o.list {
		one := r[i]
		switch {
		case one.quality == 0:
		case o.list[i].isPage:
			if one.precision > byAnything && one.quality > c.pageQuality {
				c.page, c.pageQuality, c.pageIsNamed = o.list[i].index, one.quality, one.precision == byName
			}
		case one.quality > c.quality:
			c.best, c.quality, c.named = o.list[i].index, one.quality, -1
			if one.precision == byName {
				c.named = c.best
			}
		case one.quality == c.quality && one.precision == byName && c.named < 0:
			c.named = o.list[i].index
		}
	}
	return c
}

// nearest returns the offer that is sent if none is acceptable: one that the client does
// not refuse, and that comes near to what it accepts.
func (o *Offers) nearest(r *ratings, accept []string) int {
	best, rank := o.fallback, 0
	for i := range o.list {
		if r[i].precision != notIncluded {
			continue // it is refused
		}
		for a := (acceptReader{lines: accept}); a.next(); {
			if near := o.list[i].near(&a.mediaRange) * int(a.quality); near > rank {
				best, rank = o.list[i].index, near
			}
		}
		if rank == 0 && !o.list[i].isPage {
			best, rank = o.list[i].index, 1
		}
	}
	return best
}

// near returns how near an offer comes to a range that does not include it: 3 for the
// same type with other parameters, 2 for the same syntax, as of application/json and
// application/vnd.example+json, 0 for another one.
func (o *offer) near(entry *mediaRange) int {
	switch {
	case equalFold(o.mediaType, entry.name):
		return 3
	case !o.isPage && syntaxOf(o.mediaType) != "" && syntaxOf(o.mediaType) == syntaxOf(entry.name):
		return 2
	}
	return 0
}

// syntaxOf returns the syntax on which a media type is based; "" for others than JSON
// and XML.
func syntaxOf(mediaType string) string {
	for _, syntax := range [...]string{"json", "xml"} {
		if rest := len(mediaType) - len(syntax); rest > 0 && equalFold(mediaType[rest:], syntax) && (mediaType[rest-1] == '/' || mediaType[rest-1] == '+') {
			return syntax
		}
	}
	return ""
}

// pageOrData are a page, and the data that every site can send.
var pageOrData = NewOffers(MediaTypeHTML, MediaTypeCanonical, MediaTypeProblem)

// PrefersHTML reports whether a client prefers a page to data, as browsers do when they
// navigate. accept are the lines of its Accept header.
func PrefersHTML(accept []string) bool { return pageOrData.Choose(accept) == 0 }
