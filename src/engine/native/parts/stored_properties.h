#pragma once
// The properties of a segment's chats: the values of each property, and their rows. All properties
// share their arrays, so that one that few chats have costs little more than its name and its
// value: customers may use any number of names.

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "chat/record.h"
#include "engine/native/columns/array.h"
#include "engine/native/columns/field_index.h"
#include "engine/native/columns/merge.h"
#include "engine/native/columns/postings.h"

namespace chatreports::engine::native {

class StoredProperties {
 public:
  class Builder;

  // Makes the properties of a segment of `segment_rows` rows from those of other segments and the
  // new numbers of their rows: the same as from these rows themselves.
  struct Moved {
    const StoredProperties* properties;
    const NewNumbers* rows;
  };
  static StoredProperties merged(std::span<const Moved> from, std::uint32_t segment_rows);

  // The index is empty if no chat has the property.
  FieldIndex index(std::string_view name_space, std::string_view name) const;

  // Adds name space and name of each property.
  void add_names(std::set<std::pair<std::string, std::string>>& names) const {
    for (std::uint32_t number = 0; number < size(); ++number) names.emplace(name(number));
  }

  template <class Self, class Layout>
  static void lay_out(Self& self, Layout& layout) {
    layout(self.name_spaces_, self.names_, self.bools_, self.number_ends_, self.text_ends_,
           self.numbers_, self.texts_, self.postings_, self.any_);
  }

 private:
  class Writer;
  using Name = std::pair<std::string_view, std::string_view>;  // name space, name

  std::uint32_t size() const { return names_.size(); }
  Name name(std::uint32_t number) const {
    return {text_of(name_spaces_, number), text_of(names_, number)};
  }
  FieldIndex index(std::uint32_t number) const;

  // Of each property, ascending by name space and name.
  Lists<char> name_spaces_;
  Lists<char> names_;
  Array<std::uint32_t> bools_;        // how many of its numbers are bools
  Array<std::uint32_t> number_ends_;  // of its values among numbers_
  Array<std::uint32_t> text_ends_;    // of its values among texts_
  // Of each value, one property after another.
  Array<std::int64_t> numbers_;  // bools, then integers
  Lists<char> texts_;
  Postings postings_;
  Postings any_;  // of each property: the rows that have it
};

// Collects properties, which it borrows.
class StoredProperties::Builder {
 public:
  // Add rows in ascending order.
  void add(std::uint32_t row, const chat::Property& property);
  StoredProperties build(std::uint32_t segment_rows) &&;

 private:
  struct NameHash {
    std::size_t operator()(const Name& name) const {
      const std::hash<std::string_view> hash;
      return hash(name.first) * 31 + hash(name.second);
    }
  };
  struct Had {
    std::uint32_t row;
    const chat::Property* property;
  };

  std::unordered_map<Name, std::vector<Had>, NameHash> of_names_;
};

}  // namespace chatreports::engine::native
