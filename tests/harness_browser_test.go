package tests

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// screenshotsVariable names the directory to which tests write pictures of pages. Without it,
// they write none.
const screenshotsVariable = "KOINE_SCREENSHOTS"

// The widths of pages, in CSS pixels: a telephone and a laptop.
const (
	narrow = 375
	wide   = 1280
)

// view is how a page is shown.
type view struct {
	width    int // 0 for wide
	dark     bool
	noScript bool // JavaScript is off
}

// String returns a name for pictures and subtests.
func (v view) String() string {
	name := fmt.Sprintf("%d-%s", v.pixels(), v.scheme())
	if v.noScript {
		name += "-noscript"
	}
	return name
}

func (v view) pixels() int64 {
	if v.width == 0 {
		return wide
	}
	return int64(v.width)
}

func (v view) scheme() string {
	if v.dark {
		return "dark"
	}
	return "light"
}

// views are the ways in which every page is checked.
var views = []view{{width: wide}, {width: wide, dark: true}, {width: narrow}, {width: narrow, dark: true}}

// sharedBrowser is the Chromium of the test run. Every page has its own cookies and caches.
// Pages reach hosts of the domain test on this machine, and no other hosts.
var sharedBrowser = sync.OnceValues(func() (context.Context, error) {
	path, err := exec.LookPath("chromium")
	if err != nil {
		return nil, errors.New("chromium is missing; `make test` installs it")
	}
	data := filepath.Join(buildDir, "chromium")
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, err
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(path), chromedp.UserDataDir(data), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Env("HOME="+data, "XDG_CONFIG_HOME="+data, "XDG_CACHE_HOME="+data),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("host-resolver-rules", "MAP *.test 127.0.0.1, EXCLUDE 127.0.0.1, EXCLUDE localhost, MAP * ~NOTFOUND"))
	ctx, cancel := chromedp.NewContext(context.Background(), chromedp.WithAllocatorOptions(options...))
	if err := chromedp.Do(ctx); err != nil {
		cancel()
		return nil, fmt.Errorf("starting %s: %w", path, err)
	}
	stopBrowser = cancel
	return ctx, nil
})

// stopBrowser ends the browser of the test run, if it was started.
var stopBrowser = func() {}

// page is a page of the browser.
type page struct {
	ctx       context.Context
	view      view
	downloads string // the directory
	isError   bool   // the page itself has the status of an error

	mu       sync.Mutex
	origins  []string // of all requests
	problems []string // what the browser complained about
}

// newPage opens an empty page.
func newPage(t *testing.T, v view) *page {
	t.Helper()
	shared, err := sharedBrowser()
	if err != nil {
		t.Fatal(err)
	}
	tab, closeTab := chromedp.NewContext(shared, chromedp.WithNewBrowserContext())
	t.Cleanup(closeTab)
	if err := chromedp.Do(tab); err != nil { // the page lives as long as the context of the first call
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(tab, 6*timeout)
	t.Cleanup(cancel)
	p := &page{ctx: ctx, view: v, downloads: t.TempDir()}
	if err := chromedp.Listen(ctx, p.note); err != nil {
		t.Fatal(err)
	}
	isNarrow := v.pixels() == narrow
	height := int64(900)
	if isNarrow {
		height = 812
	}
	call(t, p, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: v.pixels(), Height: height, DeviceScaleFactor: 1, Mobile: isNarrow})
	call(t, p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: v.scheme()}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	call(t, p, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: p.downloads, BrowserContextID: chromedp.FromContext(ctx).BrowserContextID,
	})
	call(t, p, network.Enable, network.EnableParams{})
	call(t, p, runtime.Enable, cdp.Empty{})
	call(t, p, cdplog.Enable, cdp.Empty{})
	p.allowScripts(t, !v.noScript)
	return p
}

// call sends a command to the browser.
func call[P, R any](t *testing.T, p *page, command cdp.Command[P, R], params P) R {
	t.Helper()
	result, err := chromedp.Call(p.ctx, command, params)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// allowScripts switches JavaScript on and off.
func (p *page) allowScripts(t *testing.T, on bool) {
	t.Helper()
	call(t, p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
}

// openPage opens a page at an address.
func openPage(t *testing.T, address string, v view) *page {
	t.Helper()
	p := newPage(t, v)
	p.run(t, chromedp.Navigate(address))
	return p
}

// url returns the address of a page: "board.test/path" at the port of the sites.
func (p *proxy) url(where string) string {
	host, path, _ := strings.Cut(where, "/")
	return "http://" + host + ":" + portOf(p.addr) + "/" + path
}

// run runs actions of chromedp.
func (p *page) run(t *testing.T, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// eval returns the value of a JavaScript expression, which may be a promise.
func eval[T any](t *testing.T, p *page, expression string) T {
	t.Helper()
	value, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%.200s: %v", expression, err)
	}
	return value
}

// text returns the visible text of the first element that a selector finds.
func (p *page) text(t *testing.T, selector string) string {
	t.Helper()
	return eval[string](t, p, fmt.Sprintf(`document.querySelector(%q)?.innerText ?? ""`, selector))
}

// note records requests, and what is wrong with the page in the eyes of the browser.
func (p *page) note(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if u, err := url.Parse(e.Request.URL); err == nil && u.Scheme != "data" && u.Scheme != "blob" {
			p.origins = append(p.origins, u.Scheme+"://"+u.Host)
		}
	case *runtime.EventExceptionThrown:
		p.problems = append(p.problems, "a script failed: "+e.ExceptionDetails.Text)
	case *cdplog.EventEntryAdded: // also what the Content-Security-Policy has forbidden
		if e.Entry.Level == cdplog.EntryLevelError && !(p.isError && strings.HasPrefix(e.Entry.Text, "Failed to load resource: the server responded with")) {
			p.problems = append(p.problems, e.Entry.Text)
		}
	case *cdppage.EventJavascriptDialogOpening:
		p.problems = append(p.problems, "the page opened a dialog: "+e.Message)
	}
}

// check checks the page as it is: nothing was requested from elsewhere, no script failed, no
// sideways scrolling, and axe finds no fault in its accessibility.
func (p *page) check(t *testing.T, state string) {
	t.Helper()
	p.checkQuiet(t, state)
	if over := eval[int64](t, p, `document.documentElement.scrollWidth`) - p.view.pixels(); over > 0 { // a telephone would show it smaller
		t.Errorf("%s, %v: the page is %d pixels too wide", state, p.view, over)
	}
	p.checkAccessible(t, state)
}

// checkQuiet checks that the page has asked nobody but its own site for anything, and that its
// scripts have not failed.
func (p *page) checkQuiet(t *testing.T, state string) {
	t.Helper()
	own := eval[string](t, p, `location.origin`)
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, origin := range p.origins {
		if origin != own && !strings.HasPrefix(origin, "about:") {
			t.Errorf("%s, %v: a request to %s", state, p.view, origin)
		}
	}
	for _, problem := range p.problems {
		t.Errorf("%s, %v: %s", state, p.view, problem)
	}
}

// violation is a fault that axe found.
type violation struct {
	ID     string
	Impact string
	Help   string
	Nodes  []string
}

// checkAccessible runs axe in the page.
func (p *page) checkAccessible(t *testing.T, state string) {
	t.Helper()
	source, err := os.ReadFile(filepath.Join(nodeModules(t), "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	if p.view.noScript { // the scripts of the page are past; axe needs to run
		p.allowScripts(t, true)
		defer p.allowScripts(t, false)
	}
	eval[int](t, p, string(source)+"\n;0")
	found := eval[[]violation](t, p, `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.map(
		v => ({ID: v.id, Impact: v.impact, Help: v.help, Nodes: v.nodes.slice(0, 5).map(n => n.html.slice(0, 200) + " " + n.failureSummary)})))`)
	for _, v := range found {
		t.Errorf("%s, %v: axe: %s (%s): %s\n\t%s", state, p.view, v.ID, v.Impact, v.Help, strings.Join(v.Nodes, "\n\t"))
	}
}

// screenshot writes a picture of the whole page to the directory of pictures, if there is one.
func (p *page) screenshot(t *testing.T, name string) {
	t.Helper()
	dir := os.Getenv(screenshotsVariable)
	if dir == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%v.png", name, p.view)), p.capture(t), 0o600); err != nil {
		t.Fatal(err)
	}
}

// capture returns a picture of the whole page, as PNG.
func (p *page) capture(t *testing.T) []byte {
	t.Helper()
	beyond := true
	return call(t, p, cdppage.CaptureScreenshot, cdppage.CaptureScreenshotParams{CaptureBeyondViewport: &beyond}).Data
}
