package koine

import (
	"io"
	"log"
)

// quiet takes the stack traces of panics that a test wants.
var quiet = log.New(io.Discard, "", 0)
