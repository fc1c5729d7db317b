#!/usr/bin/env bash
# Makes the recordings of this folder again, from nothing but text and arithmetic: audio/make.sh [FOLDER]
# Needs espeak-ng, sox, lame, vorbis-tools (oggenc), flac and ffmpeg. README.md says why each file is as it is.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$(mkdir -p "${1:-$here}" && cd "${1:-$here}" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

for tool in espeak-ng sox lame oggenc flac ffmpeg; do
  command -v "$tool" >/dev/null || { echo "make.sh: $tool is missing" >&2; exit 1; }
done

# say NAME SPEED PITCH TEXT: speech as a wav of 16 bits at 22.05 kHz, mono, whose first and last samples are sound.
# The stillness that the voice leaves at both ends goes, so that a listener can tell when the file began and ended;
# fades of 2 and 10 ms keep the cut from clicking. -R: the same dither in every making.
say() {
  espeak-ng -v "${VOICE:-vi}" -s "$2" -p "$3" -w "$tmp/$1.raw.wav" "$4"
  sox -R "$tmp/$1.raw.wav" -b 16 "$tmp/$1.wav" \
    silence 1 0.001 0.6% reverse silence 1 0.001 0.6% fade t 0.01 reverse fade t 0.002 norm -3
}

# to NAME RATE CHANNELS: the speech at another rate. The level is set again, for a resampler can raise a peak.
to() { sox -R "$tmp/$1.wav" -b 16 "$tmp/$1.$2.$3.wav" gain -6 rate -v "$2" channels "$3" norm -3; }

# --- the signature tune: a rising run of bells on the five-tone scale, each bell a little more to the right ---
bells=()
step=0
for hertz in 392 440 523.25 587.33 783.99; do
  # A bell: the tone, its octave and its twelfth, struck in 3 ms and dying away; the constant power of both sides stays.
  sox -R -n -r 44100 -c 1 "$tmp/bell.wav" synth 3 sine "$hertz" sine "$(awk "BEGIN{print $hertz*2}")" sine "$(awk "BEGIN{print $hertz*3}")" \
    remix 1v0.6,2v0.2,3v0.08 fade p 0.003 3 2.9
  right=$(awk "BEGIN{print 0.3+0.1*$step}")
  sox -R "$tmp/bell.wav" "$tmp/bell$step.wav" remix "1v$(awk "BEGIN{print 1-$right}")" "1v$right" pad "$(awk "BEGIN{print $step*0.5}")"
  bells+=("$tmp/bell$step.wav")
  step=$((step + 1))
done
sox -R -m "${bells[@]}" -b 16 "$tmp/nhac-hieu.wav" fade t 0 5 0.2 norm -3
flac --silent --force --best -o "$out/nhac-hieu.flac" "$tmp/nhac-hieu.wav"

# --- speech ---
VOICE=vi say loi-chao 165 45 "Đài truyền thanh phường xin kính chào bà con. Sau đây là bản tin cải cách hành chính."
to loi-chao 48000 1
flac --silent --force --best -o "$out/loi-chao.flac" "$tmp/loi-chao.48000.1.wav"

# No length header (-t), as old recorders and cutting programs leave it: a player that guesses the length loses the end.
VOICE=vi say ban-tin 172 50 "Bản tin cải cách hành chính. Từ tháng này, bộ phận một cửa của phường nhận hồ sơ cả ngày thứ Bảy.
Giấy tờ hộ tịch đơn giản được trả ngay trong buổi làm việc. Hồ sơ nộp qua mạng được xử lý trước."
lame --quiet -t --cbr -b 48 -m m --noreplaygain "$tmp/ban-tin.wav" "$out/ban-tin.mp3"

# Two voices, one a side, in turn: left and right differ, so that swapped sides are heard. The header counts every sample.
VOICE=vi-vn-x-south say cchc-nam 172 55 "Kết quả cải cách hành chính quý vừa qua. Phường đã giải quyết đúng hẹn hầu hết hồ sơ."
VOICE=vi-vn-x-central say cchc-trung 168 40 "Thời gian chờ của bà con giảm một nửa. Không còn hồ sơ nào phải bổ sung quá một lần."
to cchc-nam 44100 1
to cchc-trung 44100 1
sox -R "$tmp/cchc-nam.44100.1.wav" "$tmp/left.wav" remix 1 1v0.25
sox -R "$tmp/cchc-trung.44100.1.wav" "$tmp/right.wav" remix 1v0.25 1
sox -R "$tmp/left.wav" "$tmp/right.wav" -b 16 "$tmp/cchc-ket-qua.wav" norm -3
lame --quiet -V 6 -m j --noreplaygain "$tmp/cchc-ket-qua.wav" "$out/cchc-ket-qua.mp3"

VOICE=vi-vn-x-south say mot-cua 165 60 "Thông báo của bộ phận một cửa. Khi đến làm thủ tục, bà con chỉ cần mang theo căn cước.
Cán bộ tra cứu phần còn lại."
to mot-cua 48000 1
ffmpeg -nostdin -loglevel error -y -i "$tmp/mot-cua.48000.1.wav" -c:a aac -profile:a aac_low -b:a 64k \
  -map_metadata -1 -fflags +bitexact -flags:a +bitexact -movflags +faststart "$out/mot-cua.m4a"

VOICE=vi-vn-x-central say hoi-dap 170 50 "Hỏi. Làm giấy khai sinh cho con, tôi nộp hồ sơ ở đâu?
Đáp. Nộp tại phường nơi cư trú, hoặc qua cổng dịch vụ công. Không thu lệ phí."
to hoi-dap 44100 1
oggenc --quiet --quality 2 --serial 1 --output "$out/hoi-dap.ogg" "$tmp/hoi-dap.44100.1.wav"

VOICE=vi say duong-day-nong 160 45 "Mọi ý kiến về thái độ phục vụ, xin bà con gọi đường dây nóng của phường. Xin cảm ơn."
# Read and written as bare samples, so that the header holds the sizes and nothing else.
sox -R "$tmp/duong-day-nong.wav" -t wavpcm -e signed-integer -b 16 "$out/duong-day-nong.wav"

# --- filler: one slow bell after another, soft enough to lie under a voice ---
mkdir -p "$out/nhac-dem"
slow=()
step=0
for hertz in 392 523.25 440 587.33 523.25 392; do
  sox -R -n -r 44100 -c 1 "$tmp/slow$step.wav" synth 5 sine "$hertz" sine "$(awk "BEGIN{print $hertz*2}")" \
    remix 1v0.6,2v0.15 fade p 0.05 5 4.8 pad "$(awk "BEGIN{print $step*2}")"
  slow+=("$tmp/slow$step.wav")
  step=$((step + 1))
done
sox -R -m "${slow[@]}" -b 16 "$tmp/chuong-cham.wav" fade t 0.01 15 0.5 norm -12
oggenc --quiet --quality 2 --serial 2 --output "$out/nhac-dem/chuong-cham.ogg" "$tmp/chuong-cham.wav"
