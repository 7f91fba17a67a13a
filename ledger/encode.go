package ledger

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// maxEncoded bounds a snapshot that is read, in bytes of JSON.
const maxEncoded = 64 << 20

// Encode returns the snapshot as compressed JSON.
func (s *Snapshot) Encode() ([]byte, error) {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if err := json.NewEncoder(z).Encode(s); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// Decode reads a snapshot that Encode wrote.
func Decode(data []byte) (*Snapshot, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(z, maxEncoded+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxEncoded {
		return nil, errors.New("the ledger is larger than 64 MiB")
	}
	s := &Snapshot{}
	if err := json.Unmarshal(text, s); err != nil {
		return nil, err
	}
	if s.Version != SnapshotVersion {
		return nil, fmt.Errorf("the ledger has version %d, and this program reads version %d", s.Version, SnapshotVersion)
	}
	return s, nil
}
