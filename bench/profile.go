package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"time"
)

// profileTime is the length of a CPU profile.
const profileTime = 30 * time.Second

// writeProfile writes a CPU profile of the proxy under a mixed load: successes and errors of all kinds. The binary is built
// without a profile, so that the result does not depend on the one before.
func (b *bench) writeProfile(ctx context.Context) error {
	s := koine
	s.binary = koinePlain
	p, err := b.start(ctx, s)
	if err != nil {
		return err
	}
	defer p.stop()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	for _, l := range mixedLoad() {
		wg.Go(func() { _, _ = l.run(ctx, p.address, profileTime+time.Minute) })
	}
	url := fmt.Sprintf("http://%s/debug/pprof/profile?seconds=%d", p.admin, int(profileTime.Seconds()))
	r, err := http.Get(url)
	if err != nil {
		return err
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, r.Status)
	}
	f, err := os.Create(b.profile)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(f, r.Body)
	cancel()
	wg.Wait()
	return err
}

// mixedLoad is the load of the profile: half successes, half errors, of which half are nested JSON.
func mixedLoad() []load {
	loads := []load{{path: "ok", connections: 16}, {path: "nested", connections: 8}}
	for _, path := range []string{"flat", "unknown", "xml", "html", "text", "empty", "gzip", "json/8192"} {
		loads = append(loads, load{path: path, connections: 1})
	}
	return loads
}
