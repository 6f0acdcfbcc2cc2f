// The emoji names that people and bots really use. Another name stays as it was typed, :like_this:.

const TABLE = `
+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|wave 👋|raised_hands 🙌|clap 👏|pray 🙏|point_right 👉|point_left 👈
point_up 👆|point_down 👇|muscle 💪|ok_hand 👌|handshake 🤝|eyes 👀|brain 🧠|writing_hand ✍️|raising_hand 🙋
smile 😄|smiley 😃|grin 😁|slightly_smiling_face 🙂|blush 😊|wink 😉|joy 😂|sweat_smile 😅|laughing 😆|heart_eyes 😍
thinking_face 🤔|neutral_face 😐|confused 😕|disappointed 😞|cry 😢|sob 😭|tada 🎉|partying_face 🥳|sunglasses 😎|hugging_face 🤗
face_with_monocle 🧐|shrug 🤷|heart ❤️|green_heart 💚|blue_heart 💙|yellow_heart 💛|purple_heart 💜|sparkles ✨|star ⭐|star2 🌟
fire 🔥|rocket 🚀|zap ⚡|boom 💥|bulb 💡|bell 🔔|no_bell 🔕|mega 📣|loudspeaker 📢|speech_balloon 💬
thought_balloon 💭|envelope ✉️|email 📧|inbox_tray 📥|outbox_tray 📤|package 📦|memo 📝|pencil 📝|pencil2 ✏️|page_facing_up 📄
clipboard 📋|bookmark 🔖|books 📚|book 📖|open_book 📖|notebook 📓|file_folder 📁|open_file_folder 📂|card_index 📇|label 🏷️
chart_with_upwards_trend 📈|chart_with_downwards_trend 📉|bar_chart 📊|calendar 📅|date 📅|spiral_calendar_pad 🗓️|alarm_clock ⏰|hourglass ⌛|hourglass_flowing_sand ⏳|stopwatch ⏱️
clock3 🕒|mag 🔍|mag_right 🔎|link 🔗|paperclip 📎|pushpin 📌|round_pushpin 📍|lock 🔒|unlock 🔓|key 🔑
hammer 🔨|wrench 🔧|hammer_and_wrench 🛠️|toolbox 🧰|gear ⚙️|nut_and_bolt 🔩|electric_plug 🔌|computer 💻|iphone 📱|robot_face 🤖
bug 🐛|construction 🚧|rotating_light 🚨|warning ⚠️|no_entry ⛔|no_entry_sign 🚫|x ❌|heavy_check_mark ✔️|white_check_mark ✅|ballot_box_with_check ☑️
question ❓|grey_question ❔|exclamation ❗|information_source ℹ️|heavy_plus_sign ➕|heavy_minus_sign ➖|arrow_right ➡️|arrow_left ⬅️|arrow_up ⬆️|arrow_down ⬇️
arrows_counterclockwise 🔄|repeat 🔁|recycle ♻️|leftwards_arrow_with_hook ↩️|signal_strength 📶|compass 🧭|world_map 🗺️|earth_africa 🌍|seedling 🌱|evergreen_tree 🌲
four_leaf_clover 🍀|sunny ☀️|partly_sunny ⛅|umbrella ☔|coffee ☕|cake 🍰|birthday 🎂|gift 🎁|trophy 🏆|first_place_medal 🥇
dart 🎯|busts_in_silhouette 👥|bust_in_silhouette 👤|office 🏢|moneybag 💰|credit_card 💳|shopping_trolley 🛒|shield 🛡️|scales ⚖️|microscope 🔬
large_green_circle 🟢|large_yellow_circle 🟡|large_orange_circle 🟠|red_circle 🔴|large_blue_circle 🔵|large_purple_circle 🟣|white_circle ⚪|black_circle ⚫|small_blue_diamond 🔹|small_orange_diamond 🔸
one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣|100 💯|new 🆕|sos 🆘|speech_left 🗨️|signpost 🪧|placard 🪧`;

const NAMES = new Map(
  TABLE.trim()
    .split(/[|\n]/)
    .map((entry) => entry.split(" ")),
);

/** The character for an emoji name, or `:name:` again where we have none. */
export const emoji = (name) => NAMES.get(name.replace(/::skin-tone-\d$/, "")) ?? `:${name}:`;

/** Plain text with its `:names:` replaced. */
export const withEmoji = (text) => text.replace(/:([a-z0-9_+'-]+):/g, (_whole, name) => emoji(name));
