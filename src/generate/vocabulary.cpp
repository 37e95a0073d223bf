#include "generate/vocabulary.h"

namespace chatreports::generate {
namespace {

template <std::size_t count>
using List = std::array<std::string_view, count>;

constexpr List<3> topics = {"An order", "A product", "My account"};
constexpr List<4> urgencies = {"Not urgent", "This week", "Today", "Right now"};
constexpr List<3> customer_kinds = {"New customer", "Returning customer", "Partner"};
constexpr List<5> interests = {"Prices", "Features", "Delivery", "Integrations", "Discounts"};
constexpr List<2> yes_or_no = {"Yes", "No"};
constexpr List<5> grades = {"Very bad", "Bad", "Fair", "Good", "Very good"};
constexpr List<4> strengths = {"Fast", "Friendly", "Competent", "Patient"};

constexpr std::array<FormField, 3> contact_fields = {
    {{"1001", "name", "Name:", {}},
     {"1002", "email", "E-mail:", {}},
     {"1003", "radio", "What is it about?", topics}}};
constexpr std::array<FormField, 3> sales_fields = {
    {{"2001", "email", "E-mail:", {}},
     {"2002", "select", "Are you a customer?", customer_kinds},
     {"2003", "checkbox", "What interests you?", interests}}};
constexpr std::array<FormField, 3> problem_fields = {
    {{"3001", "name", "Name:", {}},
     {"3002", "select", "How urgent is it?", urgencies},
     {"3003", "question", "Order number:", {}}}};
constexpr std::array<FormField, 3> satisfaction_fields = {
    {{"4001", "radio", "Is your problem solved?", yes_or_no},
     {"4002", "radio", "How was the chat?", grades},
     {"4003", "textarea", "Anything else?", {}}}};
constexpr std::array<FormField, 2> team_fields = {
    {{"5001", "checkbox", "How was the agent?", strengths},
     {"5002", "select", "Would you recommend us?", yes_or_no}}};

}  // namespace

Words first_names() {
  static constexpr List<32> names = {
      "Adam",   "Alice", "Amara", "Anna",   "Bruno", "Carla", "Chen",  "Daniel",
      "Diego",  "Elena", "Emma",  "Fatima", "Felix", "Grace", "Hana",  "Igor",
      "Isabel", "James", "Jana",  "Kofi",   "Laura", "Leo",   "Maria", "Mei",
      "Nadia",  "Oscar", "Paula", "Ravi",   "Sara",  "Tomas", "Vera",  "Yusuf"};
  return names;
}

Words last_names() {
  static constexpr List<32> names = {
      "Adams",  "Baker",  "Brown",   "Castro", "Costa",  "Diaz",     "Evans",  "Fischer",
      "Garcia", "Hansen", "Ivanova", "Jensen", "Kim",    "Kowalska", "Larsen", "Lopez",
      "Martin", "Meyer",  "Mensah",  "Novak",  "Okafor", "Patel",    "Petrov", "Quinn",
      "Rossi",  "Silva",  "Singh",   "Smith",  "Tanaka", "Vargas",   "Weber",  "Yilmaz"};
  return names;
}

Words customer_phrases() {
  static constexpr List<16> phrases = {"Hi, I have a question about my order.",
                                       "Hello, my parcel has not arrived yet.",
                                       "Can I change the delivery address?",
                                       "The app shows an error when I try to log in.",
                                       "How much is the yearly plan?",
                                       "I was charged twice this month.",
                                       "Do you ship to Norway?",
                                       "Thanks, that works now!",
                                       "I tried that already and it did not help.",
                                       "Where do I find my invoice?",
                                       "Yes, please.",
                                       "No, that is all. Thank you.",
                                       "Could somebody call me back tomorrow?",
                                       "It says that my card was declined.",
                                       "Is the blue one back in stock?",
                                       "Okay, I will wait."};
  return phrases;
}

Words agent_phrases() {
  static constexpr List<16> phrases = {"Hello, how can I help you today?",
                                       "Let me check that for you.",
                                       "I am sorry for the trouble.",
                                       "Could you tell me your order number, please?",
                                       "Thank you, I found your order.",
                                       "It is on its way and should arrive tomorrow.",
                                       "Please try to log in again now.",
                                       "I have sent you the invoice by e-mail.",
                                       "The refund takes three to five working days.",
                                       "Yes, we ship there for free above fifty euros.",
                                       "Is there anything else that I can do for you?",
                                       "I will ask my colleague and come back to you.",
                                       "You can change that in your account settings.",
                                       "Great, I am glad that it works.",
                                       "May I have your e-mail address, please?",
                                       "Have a nice day!"};
  return phrases;
}

Words rating_comments() {
  static constexpr List<8> comments = {"Great help, thank you!", "Very friendly.",
                                       "It took too long.",      "My problem was solved.",
                                       "Quick and competent.",   "Nobody understood my question.",
                                       "Excellent as always.",   "It was fine."};
  return comments;
}

Words tags() {
  static constexpr List<50> names = {
      "order",        "delivery",  "billing",  "refund",     "login",      "spam",
      "invoice",      "discount",  "return",   "bug",        "feedback",   "shipping",
      "payment",      "account",   "stock",    "complaint",  "sales lead", "cancellation",
      "warranty",     "address",   "size",     "mobile app", "password",   "subscription",
      "upgrade",      "exchange",  "damaged",  "lost",       "gift card",  "newsletter",
      "partner",      "press",     "jobs",     "feature",    "how to",     "integration",
      "api",          "outage",    "privacy",  "taxes",      "wholesale",  "loyalty",
      "vip",          "escalated", "callback", "duplicate",  "test",       "out of scope",
      "wrong number", "zażalenie"};
  return names;
}

Words pages() {
  static constexpr List<12> names = {"https://shop.example.com/",
                                     "https://shop.example.com/cart",
                                     "https://shop.example.com/checkout",
                                     "https://shop.example.com/help",
                                     "https://shop.example.com/help/returns",
                                     "https://shop.example.com/products/lamp",
                                     "https://shop.example.com/products/desk",
                                     "https://shop.example.com/products/chair?colour=blue",
                                     "https://shop.example.com/account",
                                     "https://shop.example.com/account/invoices",
                                     "https://shop.example.com/pricing",
                                     "https://shop.example.com/contact"};
  return names;
}

Words platforms() {
  static constexpr List<4> names = {"web", "ios", "android", "messenger"};
  return names;
}

Words plans() {
  static constexpr List<4> names = {"free", "starter", "team", "business"};
  return names;
}

Words group_names() {
  static constexpr List<6> names = {"General", "Support", "Sales",
                                    "Billing", "Returns", "Partners"};
  return names;
}

Words countries() {
  static constexpr List<40> codes = {"US", "GB", "PL", "DE", "CA", "IN", "AU", "FR", "NL", "ES",
                                     "BR", "IT", "SE", "PH", "IE", "MX", "SG", "ZA", "CH", "BE",
                                     "NO", "DK", "AT", "PT", "NG", "JP", "NZ", "AE", "TR", "CZ",
                                     "RO", "FI", "ID", "MY", "IL", "UA", "KE", "GR", "HU", "CL"};
  return codes;
}

std::span<const Form> pre_chat_forms() {
  static constexpr std::array<Form, 3> forms = {
      {{"160035763120601526", "prechat", true, contact_fields},
       {"160035763120601527", "prechat", false, sales_fields},
       {"160035763120601528", "prechat", true, problem_fields}}};
  return forms;
}

std::span<const Form> post_chat_forms() {
  static constexpr std::array<Form, 2> forms = {
      {{"160035763120601529", "postchat", false, satisfaction_fields},
       {"160035763120601530", "postchat", true, team_fields}}};
  return forms;
}

}  // namespace chatreports::generate
