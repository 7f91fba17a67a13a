package koine

import (
	"context"
	"errors"
	"testing"
)

type contextKey struct{}

func TestLazyContext(t *testing.T) {
	parent, cancel := context.WithCancel(context.WithValue(context.Background(), contextKey{}, "value"))
	defer cancel()

	t.Run("ends with its parent", func(t *testing.T) {
		parent, cancel := context.WithCancel(parent)
		c := &lazyContext{parent: parent}
		cancel()
		<-c.Done()
		if !errors.Is(c.Err(), context.Canceled) {
			t.Error(c.Err())
		}
	})
	t.Run("ends early, with its children but without its parent", func(t *testing.T) {
		c := &lazyContext{parent: parent}
		child, stop := context.WithCancel(c)
		defer stop()
		if c.Value(contextKey{}) != "value" {
			t.Error("the values of the parent are missing")
		}
		c.end()
		<-child.Done()
		if parent.Err() != nil || c.Err() == nil {
			t.Errorf("parent: %v, context: %v", parent.Err(), c.Err())
		}
	})
	t.Run("ended before Done was called", func(t *testing.T) {
		c := &lazyContext{parent: parent}
		c.end()
		if c.Err() == nil {
			t.Error("it has ended, but has no error")
		}
		<-c.Done()
	})
	t.Run("does not allocate before Done is called", func(t *testing.T) {
		c := &lazyContext{parent: parent}
		if n := testing.AllocsPerRun(100, func() { _, _ = c.Deadline(); _ = c.Value(contextKey{}); _ = c.Err() }); n != 0 {
			t.Errorf("%v allocations", n)
		}
	})
}
