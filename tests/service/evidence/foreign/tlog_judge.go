// Judge a log of tiles with the client of Go's checksum database (golang.org/x/mod/sumdb), the program whose formats
// C2SP's signed notes and tiles come from.
//
//	tlog_judge FOLDER VERIFIER OLD_CHECKPOINT PROOF...
//
// It checks the signature of the newest checkpoint and of an older one, reads tiles as an authenticated reader does, checks
// each record's proof as it makes it from tiles, that the older tree is the beginning of the newer one, and the proofs in
// files of tlog-proof. It says how many records it has checked, and ends with 1 at the first thing that does not hold.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

type folder struct{ root string }

func (f folder) Height() int { return height }

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range tiles {
		// Go's paths name the height of tiles, C2SP's do not: it is always 8.
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(f.root, path))
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func tree(signed []byte, verifier note.Verifier) tlog.Tree {
	opened, err := note.Open(signed, note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	if lines[0] != verifier.Name() {
		check(fmt.Errorf("of the log %q", lines[0]))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	root, err := tlog.ParseHash(lines[2])
	check(err)
	return tlog.Tree{N: size, Hash: root}
}

func entries(root string, size int64) [][]byte {
	var found [][]byte
	for number := int64(0); number*256 < size; number++ {
		tile := tlog.Tile{H: height, L: 0, N: number, W: 256}
		if size-number*256 < 256 {
			tile.W = int(size - number*256)
		}
		path := strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)
		data, err := os.ReadFile(filepath.Join(root, path))
		check(err)
		for len(data) > 0 {
			length := int(binary.BigEndian.Uint16(data))
			found = append(found, data[2:2+length])
			data = data[2+length:]
		}
	}
	return found
}

func checkFile(path string, verifier note.Verifier) {
	data, err := os.ReadFile(path)
	check(err)
	head, checkpoint, _ := bytes.Cut(data, []byte("\n\n"))
	var entry []byte
	var index int64
	var proof tlog.RecordProof
	for _, line := range strings.Split(string(head), "\n")[1:] {
		if strings.HasPrefix(line, "extra ") {
			entry, err = base64.StdEncoding.DecodeString(line[6:])
		} else if strings.HasPrefix(line, "index ") {
			index, err = strconv.ParseInt(line[6:], 10, 64)
		} else {
			var hash tlog.Hash
			hash, err = tlog.ParseHash(line)
			proof = append(proof, hash)
		}
		check(err)
	}
	said := tree(checkpoint, verifier)
	check(tlog.CheckRecord(proof, said.N, said.Hash, index, tlog.RecordHash(entry)))
}

func main() {
	root := os.Args[1]
	verifier, err := note.NewVerifier(os.Args[2])
	check(err)
	signed, err := os.ReadFile(filepath.Join(root, "checkpoint"))
	check(err)
	older, err := os.ReadFile(os.Args[3])
	check(err)
	newest, before := tree(signed, verifier), tree(older, verifier)
	hashes := tlog.TileHashReader(newest, folder{root})
	held := entries(root, newest.N)
	if int64(len(held)) != newest.N {
		check(fmt.Errorf("%d entries of %d", len(held), newest.N))
	}
	checked := 0
	for index, entry := range held {
		if index%97 != 0 && index != len(held)-1 {
			continue
		}
		proof, err := tlog.ProveRecord(newest.N, int64(index), hashes)
		check(err)
		check(tlog.CheckRecord(proof, newest.N, newest.Hash, int64(index), tlog.RecordHash(entry)))
		checked++
	}
	proof, err := tlog.ProveTree(newest.N, before.N, hashes)
	check(err)
	check(tlog.CheckTree(proof, newest.N, newest.Hash, before.N, before.Hash))
	for _, path := range os.Args[4:] {
		checkFile(path, verifier)
	}
	fmt.Println(checked)
}
