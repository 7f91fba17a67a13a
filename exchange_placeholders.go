package koine

// placeholder resolves {http.translate_errors.*}.
func (rec *record) placeholder(name string) (any, bool) {
	const prefix = "http.translate_errors."
	if len(name) <= len(prefix) || name[:len(prefix)] != prefix {
		return nil, false
	}
	switch name[len(prefix):] {
	case "request_id":
		return rec.id, true
	case "code":
		return rec.code, true
	case "category":
		return rec.category.String(), true
	case "dialect":
		return rec.dialect, true
	case "match":
		return rec.match.String(), true
	case "upstream_code":
		return rec.upstreamCode, true
	case "upstream_status":
		if rec.upstreamStatus == 0 {
			return "", true
		}
		return int(rec.upstreamStatus), true
	}
	return nil, false
}
