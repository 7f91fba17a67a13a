package koine

import (
	"context"
	"errors"
	"testing"
)

type lifetimeKey struct{}

func TestLifetime(t *testing.T) {
	parent, cancel := context.WithCancel(context.WithValue(context.Background(), lifetimeKey{}, "value"))
	defer cancel()

	t.Run("ends with its parent", func(t *testing.T) {
		parent, cancel := context.WithCancel(parent)
		l := &lifetime{parent: parent}
		cancel()
		<-l.Done()
		if !errors.Is(l.Err(), context.Canceled) {
			t.Error(l.Err())
		}
	})
	t.Run("ends early, with its children, and leaves its parent", func(t *testing.T) {
		l := &lifetime{parent: parent}
		child, stop := context.WithCancel(l)
		defer stop()
		if l.Value(lifetimeKey{}) != "value" {
			t.Error("values of the parent are lost")
		}
		l.end()
		<-child.Done()
		if parent.Err() != nil || l.Err() == nil {
			t.Errorf("parent: %v, lifetime: %v", parent.Err(), l.Err())
		}
	})
	t.Run("ended before anybody asked", func(t *testing.T) {
		l := &lifetime{parent: parent}
		l.end()
		if l.Err() == nil {
			t.Error("it has ended, and does not say so")
		}
		<-l.Done()
	})
	t.Run("costs nothing unless asked", func(t *testing.T) {
		l := &lifetime{parent: parent}
		if n := testing.AllocsPerRun(100, func() { _, _ = l.Deadline(); _ = l.Value(lifetimeKey{}); _ = l.Err() }); n != 0 {
			t.Errorf("%v allocations", n)
		}
	})
}
