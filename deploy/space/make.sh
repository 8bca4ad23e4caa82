#!/bin/sh
# Lay everything that a Hugging Face Space needs into a new folder: sh deploy/space/make.sh FOLDER
set -eu
mkdir "$1"
folder=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.."
cp -r $(sed -n 's/^COPY \([^ ]*\) .*/\1/p' deploy/Dockerfile) "$folder"
find "$folder" -name __pycache__ -prune -exec rm -r {} +
cat deploy/Dockerfile deploy/space/Dockerfile.end > "$folder/Dockerfile"
cp deploy/space/README.md "$folder"
