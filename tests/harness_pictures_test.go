package tests

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// picturesDir has the pictures of the documentation.
const picturesDir = "../docs/images"

// maxPicture is the maximum size of a picture of the documentation, in bytes.
const maxPicture = 150 << 10

// illustrate writes the part of the page from the top of one element to the bottom of another
// as a picture of the documentation: with -update, and for the view that the documentation
// shows.
func (p *page) illustrate(t *testing.T, name, first, last string) {
	t.Helper()
	if !*update || p.view != (view{width: wide}) {
		return
	}
	shot, err := png.Decode(bytes.NewReader(p.capture(t)))
	if err != nil {
		t.Fatal(err)
	}
	const margin = 16
	top := eval[float64](t, p, fmt.Sprintf(`document.querySelector(%q).getBoundingClientRect().top + scrollY`, first))
	bottom := eval[float64](t, p, fmt.Sprintf(`document.querySelector(%q).getBoundingClientRect().bottom + scrollY`, last))
	part := image.Rect(0, int(top)-margin, shot.Bounds().Dx(), int(bottom)+margin).Intersect(shot.Bounds())
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&out, withFewColours(shot, part)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(picturesDir, fmt.Sprintf("%s-%v.png", name, p.view)), out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// withFewColours returns a part of a picture with its 255 most frequent colours, which makes it
// a quarter as large.
func withFewColours(shot image.Image, part image.Rectangle) image.Image {
	bounds := image.Rect(0, 0, part.Dx(), part.Dy())
	counts := map[color.RGBA]int{}
	at := func(x, y int) color.RGBA {
		return color.RGBAModel.Convert(shot.At(part.Min.X+x, part.Min.Y+y)).(color.RGBA)
	}
	for y := range bounds.Dy() {
		for x := range bounds.Dx() {
			counts[at(x, y)]++
		}
	}
	colours := slices.SortedFunc(maps.Keys(counts), func(a, b color.RGBA) int {
		return cmp.Or(counts[b]-counts[a], int(a.R)-int(b.R), int(a.G)-int(b.G), int(a.B)-int(b.B))
	})
	var palette color.Palette
	for _, c := range colours[:min(len(colours), 255)] {
		palette = append(palette, c)
	}
	indexes := map[color.RGBA]uint8{}
	out := image.NewPaletted(bounds, palette)
	for y := range bounds.Dy() {
		for x := range bounds.Dx() {
			c := at(x, y)
			index, ok := indexes[c]
			if !ok {
				index = uint8(palette.Index(c))
				indexes[c] = index
			}
			out.SetColorIndex(x, y, index)
		}
	}
	return out
}

// TestDocsPictures checks the sizes of the pictures.
func TestDocsPictures(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(picturesDir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no pictures: %v", err)
	}
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		if info.Size() > maxPicture {
			t.Errorf("%s has %d bytes, want at most %d", file, info.Size(), maxPicture)
		}
	}
}
