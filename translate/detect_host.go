package translate

// HasHosts reports whether a dialect of the engine has hosts of upstreams, so that
// Response.Host matters.
func (e *Engine) HasHosts() bool {
	for _, d := range e.dialects {
		if len(d.hosts) > 0 {
			return true
		}
	}
	return false
}

// hasHost reports whether a host name of an upstream belongs to the dialect.
func (d *compiledDialect) hasHost(host string) bool { return matchesAnyGlob(d.hosts, host) }
