package koine

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/koine-proxy/koine/translate"
)

// shipTable is a mapping file whose code 7 has the given row.
func shipTable(row string) string {
	return "dialect: ship\nabout: Errors of a ship.\nmatch: { keys: [ship.num] }\nshape:\n  code: ship.num\n  message: ship.text\ncodes:\n  7: " + row + "\n"
}

// watched is a handler whose watcher only polls when a test calls it.
type watched struct {
	*Handler
	logs *observer.ObservedLogs
}

// watchTables provisions a handler with `watch`, and with the files of dialect.
func watchTables(t *testing.T, name, block string) watched {
	t.Helper()
	h := provision(t, "name "+name+"\nwatch 1h\n"+block)
	core, logs := observer.New(zapcore.InfoLevel)
	h.rt.Load().logger = zap.New(core)
	return watched{h, logs}
}

// poll polls until the files have settled, as the watcher does.
func (w watched) poll(t *testing.T) {
	t.Helper()
	for range 3 {
		if !w.watcher.poll() {
			return
		}
	}
	t.Fatal("the files have not settled")
}

// code returns the canonical code of the error 7.
func (w watched) code() string {
	tr := w.rt.Load().engine.Acquire()
	defer tr.Release()
	tr.ReadResponse(translate.Response{Status: 404, Header: map[string][]string{"Content-Type": {"application/json"}}, Body: []byte(`{"ship":{"num":7,"text":"No."}}`)})
	return tr.Code.Name
}

func (w watched) wantCode(t *testing.T, want string) {
	t.Helper()
	if got := w.code(); got != want {
		t.Errorf("the code is %s, want %s", got, want)
	}
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// gauge returns the value of a metric of a site; ok is false if there is none.
func gauge(t *testing.T, vec *prometheus.GaugeVec, name string) (value float64, ok bool) {
	t.Helper()
	registry := prometheus.NewRegistry()
	registry.MustRegister(vec)
	families, err := registry.Gather()
	must(t, err)
	for _, family := range families {
		for _, m := range family.GetMetric() {
			if m.GetLabel()[0].GetValue() == name {
				return m.GetGauge().GetValue(), true
			}
		}
	}
	return 0, false
}

// TestWatch replaces a mapping file in the ways of editors and of deployments.
func TestWatch(t *testing.T) {
	gone, locked := shipTable("404 RESOURCE.GONE"), shipTable("404 RESOURCE.LOCKED")
	plan, user := shipTable("404 PLAN.NOT_FOUND"), shipTable("404 USER.NOT_FOUND")
	for _, c := range []struct {
		name   string
		before string
		change func(t *testing.T, dir string)
		want   string
	}{
		{"writing in place", gone, func(t *testing.T, dir string) {
			writeFile(t, filepath.Join(dir, "ship.yaml"), locked)
		}, "RESOURCE.LOCKED"},
		{"renaming a new file into its place", gone, func(t *testing.T, dir string) {
			writeFile(t, filepath.Join(dir, "new"), locked)
			must(t, os.Rename(filepath.Join(dir, "new"), filepath.Join(dir, "ship.yaml")))
		}, "RESOURCE.LOCKED"},
		{"a backup, then a new file", gone, func(t *testing.T, dir string) {
			must(t, os.Rename(filepath.Join(dir, "ship.yaml"), filepath.Join(dir, "ship.yaml~")))
			writeFile(t, filepath.Join(dir, "ship.yaml"), locked)
		}, "RESOURCE.LOCKED"},
		{"the same size and time", plan, func(t *testing.T, dir string) {
			file := filepath.Join(dir, "ship.yaml")
			info, err := os.Stat(file)
			must(t, err)
			writeFile(t, file, user)
			must(t, os.Chtimes(file, info.ModTime(), info.ModTime()))
		}, "USER.NOT_FOUND"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, "ship.yaml")
			writeFile(t, file, c.before)
			w := watchTables(t, "ways.test", "dialect "+file)
			before := w.code()
			w.poll(t)
			if n := w.logs.Len(); n > 0 {
				t.Errorf("%d log entries without a change", n)
			}
			c.change(t, dir)
			w.wantCode(t, before)
			w.poll(t)
			w.wantCode(t, c.want)
			all := w.logs.TakeAll()
			if len(all) != 1 || all[0].Message != "tables were reloaded" || all[0].Level != zapcore.InfoLevel {
				t.Fatalf("the log is %v", all)
			}
			if files, _ := all[0].ContextMap()["files"].([]any); len(files) != 1 || files[0] != file {
				t.Errorf("the log names %v", files)
			}
		})
	}
}

// TestWatchConfigMap replaces a directory as Kubernetes does: the files are symbolic
// links into ..data, a symbolic link that is replaced.
func TestWatchConfigMap(t *testing.T) {
	dir := t.TempDir()
	release := func(name, table string) {
		must(t, os.Mkdir(filepath.Join(dir, name), 0o700))
		writeFile(t, filepath.Join(dir, name, "ship.yaml"), table)
		must(t, os.Symlink(name, filepath.Join(dir, "..tmp")), os.Rename(filepath.Join(dir, "..tmp"), filepath.Join(dir, "..data")))
	}
	release("..1", shipTable("404 RESOURCE.GONE"))
	must(t, os.Symlink("..data/ship.yaml", filepath.Join(dir, "ship.yaml")))
	for _, arg := range []string{filepath.Join(dir, "ship.yaml"), dir} {
		w := watchTables(t, "configmap.test", "dialect "+arg)
		w.wantCode(t, "RESOURCE.GONE")
		release("..2"+filepath.Base(arg), shipTable("404 RESOURCE.LOCKED"))
		w.poll(t)
		w.wantCode(t, "RESOURCE.LOCKED")
		release("..3"+filepath.Base(arg), shipTable("404 RESOURCE.GONE"))
		w.poll(t)
		w.wantCode(t, "RESOURCE.GONE")
	}
}

// TestWatchDirectory adds files to a directory, and removes them.
func TestWatchDirectory(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "boat.yaml"), strings.ReplaceAll(shipTable("404 RESOURCE.GONE"), "ship", "boat"))
	writeFile(t, filepath.Join(dir, ".hidden.yaml"), "no table")
	writeFile(t, filepath.Join(dir, "README.md"), "no table")
	w := watchTables(t, "directory.test", "dialect "+dir)
	w.wantCode(t, "RESOURCE.NOT_FOUND")
	writeFile(t, filepath.Join(dir, "ship.yml"), shipTable("404 RESOURCE.LOCKED"))
	w.poll(t)
	w.wantCode(t, "RESOURCE.LOCKED")
	must(t, os.Remove(filepath.Join(dir, "ship.yml")))
	w.poll(t)
	w.wantCode(t, "RESOURCE.NOT_FOUND")
	if n := w.logs.FilterMessage("tables were reloaded").Len(); n != 2 {
		t.Errorf("%d reloads in the log: %v", n, w.logs.All())
	}
	must(t, os.Remove(filepath.Join(dir, "boat.yaml")))
	w.poll(t)
	if all := w.logs.FilterLevelExact(zapcore.ErrorLevel).All(); len(all) != 1 || !strings.Contains(all[0].ContextMap()["faults"].([]any)[0].(string), "no files whose names end in .yaml") {
		t.Errorf("the log of an empty directory is %v", all)
	}
}

// TestWatchTaxonomy changes a taxonomy file, and a mapping file that uses its new code.
func TestWatchTaxonomy(t *testing.T) {
	const code = "    status: 404\n    category: not_found\n    retry: never\n    message: No.\n    description: No.\n    action: No.\n"
	dir := t.TempDir()
	table, codes := filepath.Join(dir, "ship.yaml"), filepath.Join(dir, "codes.yaml")
	writeFile(t, table, shipTable("404 RESOURCE.GONE"))
	writeFile(t, codes, "taxonomy: ship\ncodes:\n  SHIP.ONE:\n"+code)
	w := watchTables(t, "taxonomy.test", "dialect "+table+"\ntaxonomy "+codes)
	writeFile(t, table, shipTable("404 SHIP.TWO"))
	w.poll(t)
	w.wantCode(t, "RESOURCE.GONE") // the code is still missing
	writeFile(t, codes, "taxonomy: ship\ncodes:\n  SHIP.ONE:\n"+code+"  SHIP.TWO:\n"+code)
	w.poll(t)
	w.wantCode(t, "SHIP.TWO")
}

// TestWatchFaults checks that faulty files leave the old tables in force, and are
// reported once.
func TestWatchFaults(t *testing.T) {
	good := shipTable("404 RESOURCE.GONE")
	for _, c := range []struct {
		name   string
		change func(file string) error
		want   string
	}{
		{"a code that does not exist", func(file string) error {
			return os.WriteFile(file, []byte(shipTable("404 RESOURCE.GON")), 0o600)
		}, ":8:10: unknown canonical code \"RESOURCE.GON\"; did you mean RESOURCE.GONE?"},
		{"invalid YAML", func(file string) error { return os.WriteFile(file, []byte(good+"\t["), 0o600) }, "ship.yaml:9:1: invalid YAML"},
		{"an empty file", func(file string) error { return os.WriteFile(file, nil, 0o600) }, "ship.yaml:"},
		{"a file that is removed", os.Remove, "no such file"},
		{"a row of the site without its dialect", func(file string) error {
			return os.WriteFile(file, []byte(strings.Replace(good, "dialect: ship", "dialect: boat", 1)), 0o600)
		}, `does not use the dialect "ship"`},
		{"a file that is too large", func(file string) error { return os.Truncate(file, maxInputFile+1) }, "the maximum is 32MiB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "ship.yaml")
			writeFile(t, file, good)
			w := watchTables(t, "faults.test", "dialect "+file+"\nmap ship 8 RESOURCE.GONE")
			must(t, c.change(file))
			w.poll(t)
			w.poll(t)
			w.wantCode(t, "RESOURCE.GONE")
			all := w.logs.TakeAll()
			if len(all) != 1 || all[0].Level != zapcore.ErrorLevel {
				t.Fatalf("the log is %v", all)
			}
			if faults, _ := all[0].ContextMap()["faults"].([]any); len(faults) == 0 || !strings.Contains(faults[0].(string), c.want) {
				t.Errorf("the faults are %v, want %s", faults, c.want)
			}
			if v, ok := gauge(t, collectors.loadSuccessful, "faults.test"); v != 0 || !ok {
				t.Errorf("last_load_successful is %v", v)
			}
			writeFile(t, file, shipTable("404 RESOURCE.LOCKED"))
			w.poll(t)
			w.wantCode(t, "RESOURCE.LOCKED")
			if v, _ := gauge(t, collectors.loadSuccessful, "faults.test"); v != 1 {
				t.Errorf("last_load_successful of a corrected file is %v", v)
			}
		})
	}
	if _, ok := gauge(t, collectors.loadSuccessful, "faults.test"); ok {
		t.Error("a site that is gone has a metric")
	}
}

// TestWatchUnfinishedFile checks that a file is not loaded while it is written: a
// part of a table can be a valid table.
func TestWatchUnfinishedFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ship.yaml")
	table := shipTable("404 RESOURCE.GONE")
	writeFile(t, file, table)
	w := watchTables(t, "unfinished.test", "dialect "+file)
	for _, part := range []string{"", table[:20], table[:len(table)-2], shipTable("404 RESOURCE.LOCKED")} {
		writeFile(t, file, part)
		if !w.watcher.poll() {
			t.Errorf("no change was found")
		}
	}
	if w.watcher.poll() {
		t.Error("a change was found")
	}
	w.wantCode(t, "RESOURCE.LOCKED")
	if n := w.logs.Len(); n != 1 {
		t.Errorf("%d log entries: %v", n, w.logs.All())
	}
}

// TestWatchGuess checks that reloaded tables pass the checks of loaded ones.
func TestWatchGuess(t *testing.T) {
	file := filepath.Join(t.TempDir(), "general.yaml")
	data, err := os.ReadFile("mappings/general.yaml")
	must(t, err)
	writeFile(t, file, string(data))
	w := watchTables(t, "guess.test", "dialect "+file+"\nsuccess_errors guess")
	writeFile(t, file, shipTable("404 RESOURCE.GONE"))
	w.poll(t)
	if all := w.logs.TakeAll(); len(all) != 1 || !strings.Contains(all[0].ContextMap()["faults"].([]any)[0].(string), "success_errors guess") {
		t.Errorf("the log is %v", all)
	}
}

// TestWatchKeepsRequests checks that a request that has begun keeps its tables.
func TestWatchKeepsRequests(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ship.yaml")
	writeFile(t, file, shipTable("404 RESOURCE.GONE"))
	w := watchTables(t, "requests.test", "dialect "+file)
	reload := func() {
		writeFile(t, file, shipTable("404 RESOURCE.LOCKED"))
		w.poll(t)
	}
	s := serve(t, w.Handler, func(rw http.ResponseWriter, r *http.Request) error {
		reload()
		return write(404, "application/json", `{"ship":{"num":7,"text":"No."}}`)(rw, r)
	})
	get(t, s.URL).wantEnvelope(t, 410, "RESOURCE.GONE")
	get(t, s.URL).wantEnvelope(t, 423, "RESOURCE.LOCKED")
}

// TestWatchLoop checks the times of polls, with a clock of the test.
func TestWatchLoop(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ship.yaml")
	writeFile(t, file, shipTable("404 RESOURCE.GONE"))
	w := watchTables(t, "loop.test", "dialect "+file)
	synctest.Test(t, func(t *testing.T) {
		loop := &watcher{
			handler: w.Handler, interval: 10 * time.Second, loaded: w.watcher.loaded, seen: w.watcher.seen,
			stop: make(chan struct{}), done: make(chan struct{}),
		}
		go loop.run()
		advance := func(d time.Duration) {
			time.Sleep(d) // of the clock of the test
			synctest.Wait()
		}
		advance(5 * time.Second)
		writeFile(t, file, shipTable("404 RESOURCE.LOCKED"))
		advance(5 * time.Second)
		w.wantCode(t, "RESOURCE.GONE") // seen, but not settled
		advance(settle)
		w.wantCode(t, "RESOURCE.LOCKED")
		loop.close()
		<-loop.done
	})
}

// TestWatchEnds checks that watchers end with their handlers, and leave no engines.
func TestWatchEnds(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ship.yaml")
	writeFile(t, file, shipTable("404 RESOURCE.GONE"))
	before := enginesInPool()
	for range 100 {
		var w watched
		t.Run("load", func(t *testing.T) { w = watchTables(t, "ends.test", "dialect "+file) })
		select {
		case <-w.watcher.done:
		case <-time.After(10 * time.Second):
			t.Fatal("the watcher has not ended")
		}
	}
	if after := enginesInPool(); after != before {
		t.Errorf("%d engines, %d before", after, before)
	}
}

// TestWatchAfterCleanup checks that a reload that ends after its handler has no effect.
func TestWatchAfterCleanup(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ship.yaml")
	writeFile(t, file, shipTable("404 RESOURCE.GONE"))
	before := enginesInPool()
	var late watched
	t.Run("load", func(t *testing.T) { late = watchTables(t, "late.test", "dialect "+file) })
	writeFile(t, file, shipTable("404 RESOURCE.LOCKED"))
	late.poll(t)
	late.wantCode(t, "RESOURCE.GONE")
	if after := enginesInPool(); after != before || late.logs.Len() > 0 {
		t.Errorf("%d engines, %d before; the log is %v", after, before, late.logs.All())
	}
	if _, ok := gauge(t, collectors.loadTime, "late.test"); ok {
		t.Error("a site that is gone has a metric")
	}
}

func enginesInPool() (n int) {
	enginePool.Range(func(any, any) bool { n++; return true })
	return n
}
