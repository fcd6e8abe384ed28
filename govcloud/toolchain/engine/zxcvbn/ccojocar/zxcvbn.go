// Package zxcvbn stands in for the library of that name, which reads its word lists whenever a program starts: with
// two versions of it linked in, a tenth of a second of each engine. Pulumi asks it only whether what `config set` and
// `env set` are given looks like a secret, which govcloud runs neither of.
package zxcvbn

import "math"

// Strength is how hard a password is to guess.
type Strength struct {
	Entropy float64 // in bits
}

// PasswordStrength takes every byte for a random printable one, so that rather too much is taken for a secret.
func PasswordStrength(password string, _ []string) Strength {
	return Strength{Entropy: float64(len(password)) * math.Log2(95)}
}
