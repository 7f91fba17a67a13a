// Package dialect is the model of mapping files, taxonomy files and tables of
// rate-limit headers as they are written, with positions: the name of a
// dialect, how its errors are detected, where the parts of an error are, and what
// its codes mean. Package yamlfile reads the files, package translate compiles
// them.
package dialect
