#include "store/list_codec.h"

namespace chatreports::store {
namespace {

template <class T>
std::string encode_list(const std::vector<T>& list,
                        void (*write)(RecordEncoder&, const std::vector<T>&)) {
  std::string bytes;
  RecordEncoder encoder(bytes, nullptr);
  write(encoder, list);
  return bytes;
}

template <class T>
Result<std::vector<T>> decode_list(std::string_view bytes, std::vector<T> (*read)(RecordDecoder&),
                                   const char* error) {
  RecordDecoder decoder(bytes, nullptr);
  std::vector<T> list = read(decoder);
  if (!decoder.ok() || !decoder.at_end()) return failed(error);
  return list;
}

}  // namespace

void write_texts(RecordEncoder& encoder, const std::vector<std::string>& texts) {
  encoder.number(texts.size());
  for (const std::string& text : texts) encoder.text(text);
}

std::vector<std::string> read_texts(RecordDecoder& decoder) {
  std::vector<std::string> texts(decoder.count());
  for (std::string& text : texts) text = decoder.text();
  return texts;
}

void write_integers(RecordEncoder& encoder, const std::vector<std::int64_t>& integers) {
  encoder.number(integers.size());
  std::int64_t before = 0;
  for (const std::int64_t integer : integers) {
    encoder.difference(integer, before);
    before = integer;
  }
}

std::vector<std::int64_t> read_integers(RecordDecoder& decoder) {
  std::vector<std::int64_t> integers(decoder.count());
  std::int64_t before = 0;
  for (std::int64_t& integer : integers) before = integer = decoder.difference(before);
  return integers;
}

std::string encode_integers(const std::vector<std::int64_t>& integers) {
  return encode_list(integers, write_integers);
}

Result<std::vector<std::int64_t>> decode_integers(std::string_view bytes) {
  return decode_list(bytes, read_integers, "does not hold a list of integers");
}

std::string encode_texts(const std::vector<std::string>& texts) {
  return encode_list(texts, write_texts);
}

Result<std::vector<std::string>> decode_texts(std::string_view bytes) {
  return decode_list(bytes, read_texts, "does not hold a list of texts");
}

}  // namespace chatreports::store
