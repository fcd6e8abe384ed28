package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

type said struct {
	status int
	body   string
}

// asking is a client as the provider has it, of a service that gives these answers one after the other, then the last.
func asking(t *testing.T, answers ...said) (do func(ctx context.Context, method, path string) (said, error), asked *int) {
	asked = new(int)
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		answer := answers[min(*asked, len(answers)-1)]
		*asked++
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(answer.status)
		_, _ = io.WriteString(w, answer.body)
	}))
	t.Cleanup(service.Close)
	client := http.Client{Transport: &attentive{RoundTripper: http.DefaultTransport}}
	return func(ctx context.Context, method, path string) (said, error) {
		request, _ := http.NewRequestWithContext(ctx, method, service.URL+path, nil)
		answer, err := client.Do(request)
		if err != nil {
			return said{}, err
		}
		body, err := io.ReadAll(answer.Body)
		return said{answer.StatusCode, string(body)}, err
	}, asked
}

func TestALookAtSomethingUnfinishedIsAnsweredWhenItIsFinished(t *testing.T) {
	for _, between := range []string{"BUILD", "creating", "attaching", "deleting"} {
		do, asked := asking(t,
			said{200, `{"thing": {"status": "` + between + `"}}`},
			said{200, `{"thing": {"status": "` + between + `"}}`},
			said{200, `{"thing": {"status": "done", "other": 1}}`})
		answer, err := do(context.Background(), "GET", "/things/1")
		if err != nil || answer.body != `{"thing": {"status": "done", "other": 1}}` || *asked != 3 {
			t.Errorf("%s: %v %v after %d calls", between, answer, err, *asked)
		}
	}
}

func TestWhatRestsIsAnsweredAtOnceAndUnchanged(t *testing.T) {
	for _, resting := range []said{
		{200, `{"server": {"status": "ACTIVE"}}`},
		{200, `{"server": {"status": "ERROR"}}`},
		{200, `{"servers": [{"status": "BUILD"}]}`},
		{200, `{"quota_set": {"cores": 1}}`},
		{200, `{"server": {"status": "BUILD"}, "more": {}}`},
		{200, `{"server": {"status"`},
		{404, `{"server": {"status": "BUILD"}}`},
	} {
		do, asked := asking(t, resting)
		answer, err := do(context.Background(), "GET", "/things/1")
		if err != nil || answer != resting || *asked != 1 {
			t.Errorf("%v became %v %v after %d calls", resting, answer, err, *asked)
		}
	}
}

func TestWhatWasToldToGoIsAnsweredForWhenItIsGoneOrStays(t *testing.T) {
	for _, end := range []said{{404, `{}`}, {200, `{"volume": {"status": "error_deleting"}}`}, {401, `{}`}} {
		do, asked := asking(t, said{204, ``}, said{200, `{"volume": {"status": "in-use"}}`}, end)
		if _, err := do(context.Background(), "DELETE", "/things/1"); err != nil {
			t.Fatal(err)
		}
		answer, err := do(context.Background(), "GET", "/things/1")
		if err != nil || answer != end || *asked != 3 {
			t.Errorf("%v became %v %v after %d calls", end, answer, err, *asked)
		}
	}
}

func TestWhatCouldNotGoIsNobodysWait(t *testing.T) {
	do, asked := asking(t, said{409, `{}`}, said{200, `{"volume": {"status": "in-use"}}`})
	_, _ = do(context.Background(), "DELETE", "/things/1")
	if answer, err := do(context.Background(), "GET", "/things/1"); err != nil || answer.status != 200 || *asked != 2 {
		t.Errorf("%v %v after %d calls", answer, err, *asked)
	}
}

func TestWhoGivesUpIsLetGo(t *testing.T) {
	do, _ := asking(t, said{200, `{"server": {"status": "BUILD"}}`})
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := do(ctx, "GET", "/things/1"); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

func TestABodyThatBreaksOffBreaksOffForTheReaderToo(t *testing.T) {
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, `{"server": {"sta`)
	}))
	defer service.Close()
	client := http.Client{Transport: &attentive{RoundTripper: http.DefaultTransport}}
	answer, err := client.Get(service.URL)
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(answer.Body); err == nil || !strings.HasPrefix(string(body), `{"server"`) {
		t.Error(string(body), err)
	}
}
