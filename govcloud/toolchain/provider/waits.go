package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// How long a look at something unfinished is held: it is looked at again after an eighth of the time so far, at least
// `soonest` and at most `seldomest`, until it is finished or `longest` is over. Whoever waits then simply looks again.
const (
	soonest   = 500 * time.Millisecond
	seldomest = 3 * time.Second
	longest   = 45 * time.Second
)

// unfinished are the statuses of Nova and Cinder that pass by themselves.
var unfinished = map[string]bool{
	"build": true, "rebuild": true, "resize": true,
	"creating": true, "downloading": true, "reserved": true, "attaching": true, "detaching": true,
	"extending": true, "retyping": true, "deleting": true,
}

// attentive answers a look at something unfinished when it is finished. Terraform's resources look at what they wait
// for at once, then after 3, 6, and every 10 seconds: a machine that is there after four seconds is seen after nine.
// So the first look is the last one, and what they do with it is none of our business.
type attentive struct {
	http.RoundTripper
	going sync.Map // addresses of what was told to go
}

func (a *attentive) RoundTrip(request *http.Request) (*http.Response, error) {
	answer, err := a.RoundTripper.RoundTrip(request)
	if err == nil && request.Method == http.MethodDelete && answer.StatusCode < http.StatusMultipleChoices {
		a.going.Store(request.URL.Path, true)
	}
	if request.Method != http.MethodGet {
		return answer, err
	}
	for begun := time.Now(); err == nil && a.passing(request, answer) && time.Since(begun) < longest; {
		select {
		case <-request.Context().Done():
			return nil, request.Context().Err()
		case <-time.After(min(max(time.Since(begun)/8, soonest), seldomest)):
		}
		answer, err = a.RoundTripper.RoundTrip(request.Clone(request.Context()))
	}
	return answer, err
}

// passing says whether an answer tells of something that will be otherwise soon; the answer can still be read.
func (a *attentive) passing(request *http.Request, answer *http.Response) bool {
	if answer.StatusCode != http.StatusOK || !strings.Contains(answer.Header.Get("Content-Type"), "json") {
		return false
	}
	body, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	answer.Body = io.NopCloser(bytes.NewReader(body))
	if err != nil {
		answer.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), failing{err}))
		return false
	}
	// one thing under its kind, as in {"server": {"status": "BUILD"}}; a list is nobody's wait
	var told map[string]struct{ Status string }
	if json.Unmarshal(body, &told) != nil || len(told) != 1 {
		return false
	}
	for _, thing := range told {
		status := strings.ToLower(thing.Status)
		_, going := a.going.Load(request.URL.Path)
		return unfinished[status] || going && status != "" && !strings.HasPrefix(status, "error")
	}
	return false
}

// failing is the rest of a body that could not be read: the reader meets the same error.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
