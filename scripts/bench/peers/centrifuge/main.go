// Centrifuge, the library under Centrifugo, as its examples use it: JSON over WebSocket, no history, in memory.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"os"

	"github.com/centrifugal/centrifuge"
)

func main() {
	node, err := centrifuge.New(centrifuge.Config{LogLevel: centrifuge.LogLevelError})
	if err != nil {
		log.Fatal(err)
	}
	node.OnConnecting(func(ctx context.Context, _ centrifuge.ConnectEvent) (centrifuge.ConnectReply, error) {
		topics := map[string]centrifuge.SubscribeOptions{"all": {}}
		if number, ok := ctx.Value(numberKey{}).(string); ok && number != "" {
			topics["to-"+number] = centrifuge.SubscribeOptions{}
		}
		return centrifuge.ConnectReply{
			Credentials:   &centrifuge.Credentials{UserID: "bench"},
			Subscriptions: topics,
		}, nil
	})
	if err := node.Run(); err != nil {
		log.Fatal(err)
	}
	sockets := centrifuge.NewWebsocketHandler(node, centrifuge.WebsocketConfig{})
	http.HandleFunc("GET /ws/{number}", func(w http.ResponseWriter, r *http.Request) {
		ctx := context.WithValue(r.Context(), numberKey{}, r.PathValue("number"))
		sockets.ServeHTTP(w, r.WithContext(ctx))
	})
	http.Handle("GET /ws", sockets)
	http.HandleFunc("POST /messages", func(w http.ResponseWriter, r *http.Request) {
		topic := "all"
		if to := r.URL.Query().Get("to"); to != "" {
			topic = "to-" + to
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		for _, line := range bytes.Split(body, []byte("\n")) {
			if err := publish(node, topic, line); err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusAccepted)
		_, _ = w.Write([]byte("{}"))
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}

type numberKey struct{}

// publish parses and serialises as all peers do.
func publish(node *centrifuge.Node, topic string, line []byte) error {
	var message map[string]any
	if err := json.Unmarshal(line, &message); err != nil {
		return err
	}
	text, err := json.Marshal(message)
	if err != nil {
		return err
	}
	_, err = node.Publish(topic, text)
	return err
}
