#pragma once
// The primitives of the codec: those of bytes.h, with texts that may stand in the table of texts.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/bytes.h"
#include "store/texts.h"

namespace chatreports::store {

// Of the form of a record, see codec.cpp.
inline constexpr std::uint8_t record_version = 4;
inline constexpr std::uint8_t version_without_further_flags = 3;
inline constexpr std::uint8_t version_without_texts = 2;
inline constexpr std::uint8_t first_version = 1;

// The primitives, with texts of the table where there is one.
class Writer : public ByteWriter {
 public:
  Writer(std::string& bytes, Texts* texts) : ByteWriter(bytes), texts_(texts) {}

  void text(std::string_view value) {
    if (texts_ == nullptr) {
      ByteWriter::text(value);
    } else if (const std::uint32_t of_table = texts_->number_of(value)) {
      number(of_table * std::uint64_t{2} + 1);
    } else {
      number(value.size() * 2);
      bytes(value);
    }
  }

 private:
  Texts* texts_;
};

class Reader : public ByteReader {
 public:
  Reader(std::string_view bytes, const Texts* texts, std::uint8_t of_version = record_version)
      : ByteReader(bytes), texts_(texts), of_version_(of_version) {}

  // Of the form that is read.
  std::uint8_t of_version() const { return of_version_; }

  std::string_view text() {
    if (texts_ == nullptr) return ByteReader::text();
    const std::uint64_t head = number();
    if (head % 2 == 0) return bytes(head / 2);
    const std::string* of_table = texts_->find(head / 2);
    if (of_table != nullptr) return *of_table;
    fail();
    return {};
  }
  // The value of that number, where there is one.
  template <class Enum>
  Enum one_of(std::uint64_t number, Enum last) {
    if (number <= static_cast<std::uint64_t>(last)) return static_cast<Enum>(number);
    fail();
    return Enum{};
  }

 private:
  const Texts* texts_;
  std::uint8_t of_version_;
};

void write_texts(Writer& writer, const std::vector<std::string>& texts);
std::vector<std::string> read_texts(Reader& reader);

void write_integers(Writer& writer, const std::vector<std::int64_t>& integers);
std::vector<std::int64_t> read_integers(Reader& reader);

}  // namespace chatreports::store
