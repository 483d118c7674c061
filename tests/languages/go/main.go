// Does what every program of this folder does: see tests/languages/expected.ts.
package main

import (
	"crypto/rand"
	"fmt"
	"os"
	"strings"
	"time"
)

func main() {
	fmt.Println("arguments", strings.Join(os.Args[1:], ","))
	fmt.Println("town", os.Getenv("TOWN"))
	start := time.Now()
	time.Sleep(20 * time.Millisecond)
	fmt.Println("slept", time.Since(start) >= 20*time.Millisecond)
	fmt.Println("year", time.Now().Year() > 2020)
	bytes := make([]byte, 32)
	rand.Read(bytes)
	fmt.Println("random", bytes[0]|bytes[1]|bytes[2]|bytes[3] != 0)
	_, err := os.Open("/etc/passwd")
	fmt.Println("file", err == nil)
	fmt.Fprintln(os.Stderr, "done")
	os.Exit(3)
}
