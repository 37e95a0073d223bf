#include "store/codec_stream.h"

namespace chatreports::store {

void write_texts(Writer& writer, const std::vector<std::string>& texts) {
  writer.number(texts.size());
  for (const std::string& text : texts) writer.text(text);
}

std::vector<std::string> read_texts(Reader& reader) {
  std::vector<std::string> texts(reader.count());
  for (std::string& text : texts) text = reader.text();
  return texts;
}

void write_integers(Writer& writer, const std::vector<std::int64_t>& integers) {
  writer.number(integers.size());
  std::int64_t before = 0;
  for (const std::int64_t integer : integers) {
    writer.difference(integer, before);
    before = integer;
  }
}

std::vector<std::int64_t> read_integers(Reader& reader) {
  std::vector<std::int64_t> integers(reader.count());
  std::int64_t before = 0;
  for (std::int64_t& integer : integers) before = integer = reader.difference(before);
  return integers;
}

}  // namespace chatreports::store
