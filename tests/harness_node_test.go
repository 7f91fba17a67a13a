package tests

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// installNodeModules installs what testdata/node/package-lock.json names, without running
// anything of it, and returns the directory. It is done once a test run, and not at all if the
// last run has done it.
var installNodeModules = sync.OnceValues(func() (string, error) {
	if _, err := exec.LookPath("npm"); err != nil {
		return "", fmt.Errorf("npm is missing; `make test` installs it")
	}
	dir, err := filepath.Abs(filepath.Join("testdata", "node"))
	if err != nil {
		return "", err
	}
	lock, err := os.ReadFile(filepath.Join(dir, "package-lock.json"))
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(lock)
	modules := filepath.Join(dir, "node_modules")
	stamp, want := filepath.Join(modules, ".installed"), []byte(hex.EncodeToString(sum[:]))
	if done, err := os.ReadFile(stamp); err == nil && bytes.Equal(done, want) {
		return modules, nil
	}
	cmd := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("npm ci: %w\n%s", err, out)
	}
	return modules, os.WriteFile(stamp, want, 0o600)
})

// nodeModules returns the directory of the packages from npm.
func nodeModules(t *testing.T) string {
	t.Helper()
	dir, err := installNodeModules()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
