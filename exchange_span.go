package koine

import (
	"errors"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

// otherErrorType is the error.type of codes that are in no taxonomy: its values must be few.
const otherErrorType = "_OTHER"

// describeSpan adds the attributes of an error to the span of the request, if a `tracing`
// handler outside of this one has made one that is recorded.
func (x *exchange) describeSpan() {
	span := trace.SpanFromContext(x.ctx.parent)
	if !span.IsRecording() {
		return
	}
	rec := x.record
	attributes := make([]attribute.KeyValue, 0, 8)
	if rec.code != "" {
		errorType := x.codeLabel(rec.code)
		if errorType == otherCode {
			errorType = otherErrorType
		}
		attributes = append(attributes, attribute.String("error.type", errorType))
	}
	for _, a := range [...]struct{ name, value string }{
		{"koine.request_id", rec.id}, {"koine.category", rec.category.String()}, {"koine.dialect", rec.dialect}, {"koine.match", rec.match.String()},
		{"koine.upstream_code", rec.upstreamCode},
	} {
		if a.value != "" {
			attributes = append(attributes, attribute.String(a.name, a.value))
		}
	}
	if rec.upstreamStatus != 0 && !rec.noUpstream {
		attributes = append(attributes, attribute.Int("koine.upstream_status", int(rec.upstreamStatus)))
	}
	if refused, ok := errors.AsType[refusal](x.returnedErr); ok {
		attributes = append(attributes, attribute.String("koine.rate_limit_policy", refused.policy))
	}
	span.SetAttributes(attributes...)
}
