package translate

// maxPooled bounds the scratch space, in bytes, that a translation keeps when it
// goes back to the pool.
const maxPooled = 64 << 10

// Translation is one error that an engine reads and writes. It keeps views of the
// body: the body must stay unchanged until Release. It is not safe for concurrent
// use.
type Translation struct {
	Error
	extraction
	names    nameStack
	shown    string // the message of the answer that was written last
	language string // its language; "" if the upstream wrote it
}

func newTranslation(e *Engine) *Translation {
	t := &Translation{}
	t.document = newDocument(e.root, e.nodes)
	t.walked = make([]value, 0, maxWalked)
	t.engine, t.result = e, &t.Error
	for _, d := range e.generalRules {
		if t.general.lexicon == nil {
			t.general.lexicon = d.lexicon
		}
	}
	t.reset()
	return t
}

func (t *Translation) reset() {
	t.Error = Error{}
	t.RetryAfter, t.shown, t.language = -1, "", ""
	t.extraction.reset()
}

// Release gives the translation back to the pool of its engine.
func (t *Translation) Release() {
	if cap(t.fields.path)+cap(t.scratch) > maxPooled {
		t.fields.path, t.scratch = nil, nil
	}
	if cap(t.names.list) > maxMembers {
		t.names.list = nil
	}
	t.dropLargeBuffers()
	t.reset()
	t.engine.pool.Put(t)
}

// ReadStatus makes the translation an error for which only the status is known.
func (t *Translation) ReadStatus(status int, origin Origin) {
	t.Status, t.Origin, t.Match = status, origin, ByStatus
	t.Code = t.engine.taxonomy.Generic(status)
}

// Read reads an error for which only the status and the body are known; see
// ReadResponse.
func (t *Translation) Read(status int, body []byte) {
	t.ReadResponse(Response{Status: status, Body: body})
}

// ReadResponse reads the response of an upstream. The translation has a code
// afterwards, whatever the body is; Match says how it was found. PassesThrough
// reports whether the response needs no answer: a 2xx that is not an error, or an
// error of a dialect that passes through.
func (t *Translation) ReadResponse(r Response) {
	t.ReadStatus(r.Status, FromUpstream)
	t.passThrough = r.Status < 400
	t.open(&r)
	d := t.detect()
	switch {
	case d != nil:
	case r.Status >= 400 || t.frame == errorFrame:
		d = t.detectGeneral()
	case t.frame == plainFrame:
		d = t.detectFrame()
	case t.engine.guessesFailures && t.frame == noFrame && r.Status >= 200 && r.Status <= 299:
		d = t.detectFailure()
	}
	if d == nil {
		return
	}
	t.passThrough = d.passThrough
	t.readError(d, &t.native)
}

// DetectedDialect returns the name of the dialect that read the error, which may
// be that of the general rules; "" if none did.
func (t *Translation) DetectedDialect() string {
	if t.dialect == nil {
		return ""
	}
	return t.dialect.name
}

// DetectedVariant returns the variant of the detected dialect; "" for the dialect
// itself.
func (t *Translation) DetectedVariant() string {
	if t.dialect == nil {
		return ""
	}
	return t.dialect.variant
}

// Language returns the language of the answer that was written last; "" if it is not
// known, because its message is that of the upstream.
func (t *Translation) Language() string { return t.language }

// IsJSON reports whether the body is a JSON object or array.
func (t *Translation) IsJSON() bool {
	return t.format == onlyJSON && (t.root.IsObject() || t.root.IsArray())
}

// IsNamedDialect reports whether the site named the dialect of the error.
func (t *Translation) IsNamedDialect() bool { return t.dialect != nil && t.dialect.named }

// Subcode returns the code that refines the native one, if the dialect has
// subcodes.
func (t *Translation) Subcode() string { return t.native.sub }
