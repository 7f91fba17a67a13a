//go:build race

package contentcoding

const raceDetector = true
