//go:build !race

package contentcoding

const raceDetector = false
