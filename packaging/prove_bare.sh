#!/usr/bin/env bash
# Prove both commands of run.py on a bare Debian, in a folder that nothing else uses.
#
#     packaging/prove_bare.sh bookworm /var/tmp/bare-bookworm
#     packaging/prove_bare.sh trixie /var/tmp/bare-trixie
#
# Needs root, debootstrap and git; tries the last commit. The folder is made by the first run and kept; every run takes the
# system packages out of it again. All mounts live in a namespace of their own and end with it, so that the folder can be
# deleted at any time. Folders that this machine's pip reads its packages from can be lent: BIND="/a /b".
set -euo pipefail

suite=$1
bare=$(realpath -m "$2")
source=$(realpath "$(dirname "$0")/..")
if [ "${IN_NAMESPACE:-}" != yes ]; then
    IN_NAMESPACE=yes exec unshare --mount --pid --fork --kill-child "$0" "$suite" "$bare"
fi

[ -e "$bare.tar" ] || {
    debootstrap --variant=minbase --include=python3,ca-certificates "$suite" "$bare"
    tar -C "$bare" -cf "$bare.tar" .
}
rm -rf --one-file-system "$bare"
mkdir -p "$bare"
tar -C "$bare" -xf "$bare.tar"

mount --bind "$bare" "$bare"
mount -t proc proc "$bare/proc"
mount --rbind /dev "$bare/dev"
mount --bind /etc/ssl/certs "$bare/etc/ssl/certs"
cp -L /etc/resolv.conf "$bare/etc/resolv.conf"
[ ! -e /etc/pip.conf ] || cp /etc/pip.conf "$bare/etc/pip.conf"
for folder in ${BIND:-}; do
    mkdir -p "$bare$folder"
    mount --bind -o ro "$folder" "$bare$folder"
done

# A blank in the path and a stranger's folder to stand in, as people have them.
for place in "opt/eye comm" "home/eyecomm" "home/lonely"; do
    mkdir -p "$bare/$place"
    git -C "$source" archive HEAD | tar -C "$bare/$place" -x
done
chown -R 65534:65534 "$bare/home/eyecomm"

mapfile -t lent < <(env | grep -E '^(PIP_|SSL_CERT_|(http|https|no)_proxy=)' || true)
inside() { # USER:GROUP COMMAND ...
    chroot --userspec="$1" "$bare" env -i "${lent[@]}" PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME="$(home_of "$1")" "${@:2}"
}
home_of() { [ "$1" = 0:0 ] && echo /root || echo /home/eyecomm; }

failures=0
said() { # PATTERN, or !PATTERN for what must not have been said
    if [ "${1#!}" = "$1" ]; then grep -qE -- "$1" "$bare/output"; else ! grep -qE -- "${1#!}" "$bare/output"; fi
}
prove() { # TITLE STATUS PATTERN COMMAND ...: the command must end so, and have said so
    local title=$1 status=$2 pattern=$3 start=$SECONDS got=0
    shift 3
    printf '\n#### %s\n' "$title"
    "$@" 2>&1 | tee "$bare/output" || got=${PIPESTATUS[0]}
    if [ "$got" = "$status" ] && said "$pattern"; then
        echo "#### proved in $((SECONDS - start)) s: $title"
    else
        echo "#### NOT PROVED (exit status $got, expected $status): $title"
        failures=$((failures + 1))
    fi
}

probe='
import pathlib, sys, numpy as np, cv2, mediapipe as mp
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication([])
label = QLabel("EyeComm"); label.show(); app.processEvents()
options = mp.tasks.vision.FaceLandmarkerOptions(mp.tasks.BaseOptions(model_asset_path="assets/models/face_landmarker.task"))
landmarker = mp.tasks.vision.FaceLandmarker.create_from_options(options)
picture = cv2.cvtColor(cv2.imread("assets/faces/astronaut.png"), cv2.COLOR_BGR2RGB)
found = landmarker.detect(mp.Image(mp.ImageFormat.SRGB, np.ascontiguousarray(picture)))
print("Qt and", len(found.face_landmarks[0]), "landmarks on", sys.version.split()[0], flush=True)
landmarker.close()
'
as_root=(inside 0:0)
as_somebody=(inside 65534:65534)
mine="/opt/eye comm"

prove "Without the right to install, the exact line is said" 3 "su -c 'apt-get update && apt-get install" \
    "${as_somebody[@]}" python3 /home/eyecomm/run.py
prove "Without a network, root is told why" 3 "could not be installed" \
    unshare --net chroot "$bare" env -i "${lent[@]}" PATH=/usr/sbin:/usr/bin:/sbin:/bin python3 /home/lonely/run.py
prove "The first command, the first time" 0 "3/3" "${as_root[@]}" python3 "$mine/run.py"
prove "The first command, the second time, does nothing twice" 0 '!1/|Installing' "${as_root[@]}" python3 "$mine/run.py"
prove "Qt offscreen and the face landmarker" 0 "Qt and 478 landmarks" \
    "${as_root[@]}" sh -c "cd '$mine' && QT_QPA_PLATFORM=offscreen .venv/bin/python -c '$probe'"
prove "Somebody without rights sets up, once the system packages are there" 0 "3/3" \
    "${as_somebody[@]}" python3 /home/eyecomm/run.py
prove "Without a network, the packages cannot come" 3 "Connect this computer" \
    unshare --net chroot "$bare" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin python3 /home/lonely/run.py
prove "A folder that cannot be written to" 3 "cannot be changed" \
    unshare --mount sh -c 'mount --bind -o ro "$1/home/lonely" "$1/home/lonely" && chroot "$1" python3 /home/lonely/run.py' - "$bare"
prove "The second command, the first time" 0 ", 0 failed," "${as_root[@]}" python3 "$mine/run.py" test
prove "The second command, the second time" 0 ", 0 failed," "${as_root[@]}" python3 "$mine/run.py" test
prove "Qt on a screen" 0 "Qt and 478 landmarks" \
    "${as_root[@]}" sh -c "cd '$mine' && (Xvfb :91 >/dev/null 2>&1 & sleep 2; DISPLAY=:91 QT_QPA_PLATFORM=xcb .venv/bin/python -c '$probe'; status=\$?; kill %1 || true; exit \$status)"

printf '\n%s: %s not proved\n' "$suite" "$failures"
[ "$failures" = 0 ]
