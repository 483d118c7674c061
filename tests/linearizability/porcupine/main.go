// Says of each history of a register that it is given, a line of JSON each, whether Porcupine finds it linearizable.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"os"

	"github.com/anishathalye/porcupine"
)

// What a client did with a register, and what it was told; tests/p2p/registers/support/history.ts has the same.
type entry struct {
	Call     int64
	Answered *int64 // nil: nobody knows whether it had an effect
	Kind     string
	Expected int
	Value    string
	Found    *found // nil: unknown
}

type found struct {
	Version int
	Value   *string
	Written bool
}

type state struct {
	version int
	value   string
	empty   bool
}

func (s state) is(f *found) bool {
	if f.Value == nil {
		return s.version == f.Version && s.empty
	}
	return s.version == f.Version && !s.empty && s.value == *f.Value
}

// An operation whose effect nobody knows ends after all others: there it changes nothing that anybody sees.
func step(before, input, _ interface{}) (bool, interface{}) {
	now, op := before.(state), input.(entry)
	next := state{version: now.version + 1, value: op.Value}
	fits := op.Kind == "write" || now.version == op.Expected
	switch {
	case op.Kind == "read":
		return now.is(op.Found), now
	case op.Found == nil && fits:
		return true, next
	case op.Found == nil:
		return true, now
	case op.Kind == "write" || op.Found.Written:
		return fits && next.is(op.Found), next
	default:
		return !fits && now.is(op.Found), now
	}
}

func main() {
	model := porcupine.Model{
		Init: func() interface{} { return state{empty: true} },
		Step: step,
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var history []entry
		if err := json.Unmarshal(lines.Bytes(), &history); err != nil {
			panic(err)
		}
		operations := make([]porcupine.Operation, len(history))
		for at, each := range history {
			end := int64(math.MaxInt64)
			if each.Answered != nil {
				end = *each.Answered
			}
			operations[at] = porcupine.Operation{Input: each, Call: each.Call, Return: end}
		}
		fmt.Println(porcupine.CheckOperations(model, operations))
	}
}
